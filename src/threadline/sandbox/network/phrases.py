"""What made-up people say: sentences per language, answers, InMail, and texts that are hard on programs."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, ...]] = {
    "en": (
        "Good to meet you at the meetup last week.",
        "Do you have ten minutes on Thursday?",
        "Sure, that works for me.",
        "I read your note on queues twice. The second time I understood it.",
        "Could you send me the slides again?",
        "We are looking for someone who likes messy data. Anyone come to mind?",
        "Thanks, that helps a lot!",
        "Let me check with the team and come back to you.",
        "Sorry for the late answer, I was travelling.",
        "How is the new role treating you?",
        "Happy to introduce you to Maisie, she knows this far better than I do.",
        "Quick question about the export: is it one file per month?",
        "Sounds good.",
        "No rush at all.",
        "The draft is in the shared folder; comments are welcome until Friday.",
        "I'd rather do this by phone, is that all right?",
        "Three things:\n1. the date\n2. the room\n3. who brings the cake",
        "Ha, exactly what I was thinking.",
        "Would you be open to speaking at our event in spring?",
        "Here is the address: https://example.com/a?b=1&c=%20d#e",
    ),
    "de": (
        "Schön, dass wir uns kennengelernt haben!",
        "Passt Ihnen Dienstag um halb drei?",
        "Danke für die schnelle Rückmeldung.",
        "Ich schicke die Unterlagen heute Abend.",
        "Größere Änderungen sind nicht geplant, nur ein paar Umlaute: äöüß.",
        "Können wir das kurz am Telefon klären?",
    ),
    "fr": (
        "Ravi de vous avoir croisée à la conférence.",
        "Est-ce que mardi prochain vous conviendrait ?",
        "Merci beaucoup, c'est parfait.",
        "J'ai relu le document : il manque l'annexe n° 3.",
        "Où en êtes-vous côté recrutement ?",
        "À très bientôt, bonne journée !",
    ),
    "es": (
        "¡Qué alegría saber de ti!",
        "¿Te viene bien el miércoles por la mañana?",
        "Perfecto, quedamos así.",
        "Mañana te envío el presupuesto.",
        "El señor Peñalver ya lo ha revisado.",
        "Muchas gracias por tu ayuda.",
    ),
    "pt": (
        "Que bom falar com você de novo!",
        "Amanhã às 10h funciona?",
        "Já enviei a apresentação, não chegou?",
        "Obrigado pela atenção.",
        "Vamos marcar um café quando você vier a Lisboa.",
    ),
    "it": (
        "Piacere di averti conosciuto!",
        "Perché non ci sentiamo venerdì?",
        "Va benissimo, grazie mille.",
        "Ti mando la bozza entro sera.",
        "È già tutto pronto per il lancio.",
    ),
    "pl": (
        "Dzień dobry, dziękuję za zaproszenie.",
        "Czy możemy przełożyć spotkanie na później?",
        "Świetnie, do zobaczenia!",
    ),
    "cs": ("Příjemný den, děkuji za spojení.", "Můžeme si zavolat ve čtvrtek?", "Výborně, těším se."),
    "tr": (
        "Merhaba, bağlantı için teşekkürler.",
        "Toplantıyı öğleden sonraya alabilir miyiz?",
        "Görüşmek üzere, iyi çalışmalar.",
    ),
    "sv": ("Hej och tack för senast!", "Går det bra på måndag förmiddag?", "Jättebra, då säger vi så."),
    "nl": ("Leuk je gesproken te hebben.", "Schikt donderdag om elf uur?", "Prima, tot dan!"),
    "hu": ("Üdvözlöm, köszönöm a visszajelzést.", "Megfelel a jövő hét keddje?", "Rendben, várom a hívását."),
    "ro": ("Bună ziua, mulțumesc pentru conectare.", "Putem vorbi joi după-amiază?", "Perfect, așa rămâne."),
    "vi": ("Chào bạn, cảm ơn đã kết nối.", "Chiều thứ Năm bạn có rảnh không?", "Vâng, hẹn gặp lại!"),
    "id": ("Terima kasih sudah terhubung.", "Apakah besok pagi bisa?", "Siap, sampai jumpa."),
    "sw": ("Habari, asante kwa kuungana nami.", "Tunaweza kuongea kesho asubuhi?", "Sawa, tutaonana."),
    "yo": ("Ẹ káàárọ̀, ẹ ṣé púpọ̀.", "Ṣé a lè pàdé ní ọ̀la?", "Ó dáa, ó dàbọ̀."),
    "ru": (
        "Добрый день! Рада знакомству.",
        "Удобно ли созвониться в среду?",
        "Спасибо, всё получила.",
        "Пришлю договор до конца недели.",
        "Отлично, договорились.",
    ),
    "uk": ("Вітаю, дякую за контакт.", "Чи зручно поговорити у п'ятницю?", "Домовились, гарного дня!"),
    "el": (
        "Καλημέρα σας, χάρηκα για τη γνωριμία.",
        "Μπορούμε να μιλήσουμε την Τρίτη;",
        "Τέλεια, ευχαριστώ πολύ.",
    ),
    "ar": (
        "مرحباً، سعيد بالتواصل معك.",
        "هل يناسبك اجتماع يوم الأحد الساعة ١٠؟",
        "شكراً جزيلاً، وصلتني الملفات.",
        "سأرسل لك النسخة الجديدة (v2.1) هذا المساء.",
        "ممتاز، نلتقي قريباً إن شاء الله.",
    ),
    "he": (
        "שלום, שמחתי להכיר.",
        "האם יום שלישי ב־14:00 מתאים?",
        "תודה רבה! אשלח את ה־API עד מחר.",
        "מצוין, נדבר.",
    ),
    "fa": ("سلام، از آشنایی با شما خوشحالم.", "آیا می‌توانیم فردا صحبت کنیم؟", "سپاسگزارم، عالی بود."),
    "hi": ("नमस्ते, आपसे मिलकर अच्छा लगा।", "क्या गुरुवार को बात हो सकती है?", "बहुत धन्यवाद, फ़ाइल मिल गई।"),
    "bn": ("নমস্কার, যোগাযোগের জন্য ধন্যবাদ।", "আগামীকাল বিকেলে কথা বলা যাবে?", "দারুণ, তাহলে তাই হোক।"),
    "ja": (
        "お世話になっております。",
        "来週の火曜日はご都合いかがでしょうか。",
        "資料を拝受しました。ありがとうございます。",
        "承知いたしました。",
    ),
    "zh": ("您好，很高兴认识您。", "下周三下午方便通话吗？", "收到，谢谢！", "合同草稿已经发到您的邮箱。"),
    "ko": (
        "안녕하세요, 연결 감사합니다.",
        "다음 주 수요일에 시간 괜찮으세요?",
        "네, 확인했습니다. 감사합니다!",
    ),
    "th": ("สวัสดีครับ ยินดีที่ได้รู้จัก", "พรุ่งนี้บ่ายสะดวกคุยไหมครับ", "ขอบคุณมากครับ"),
}

ANSWERS: dict[str, tuple[str, ...]] = {
    "en": (
        "Thanks for writing, {name}! Let me look into it.",
        "Hi {name}, good to hear from you. Shall we talk tomorrow?",
        "Got it, {name}. I'll come back to you this week.",
        "Oh, that is a good point. Tell me more?",
    ),
    "de": ("Danke, {name}! Ich melde mich.",),
    "fr": ("Merci {name}, je regarde ça tout de suite.",),
    "es": ("¡Gracias, {name}! Te digo algo pronto.",),
    "pt": ("Obrigado, {name}! Já te respondo.",),
    "it": ("Grazie {name}, ci penso e ti dico.",),
    "ru": ("Спасибо, {name}! Отвечу подробнее вечером.",),
    "ar": ("شكراً {name}، سأعود إليك قريباً.",),
    "he": ("תודה {name}, אחזור אליך בקרוב.",),
    "ja": ("{name}様、ご連絡ありがとうございます。",),
    "zh": ("谢谢 {name}，我看一下再回复您。",),
    "ko": ("{name}님, 연락 주셔서 감사합니다.",),
}

HARD_TEXTS = (
    "👍",
    "👩‍👩‍👧‍👦 family, 🏳️‍🌈 flag, 👋🏽 tone, 🇺🇳 pair, e\u0301 combining, \u200b zero width",
    "English then עברית then العربية 123 then English again (mixed) – ok?",
    "\u202eright-to-left override left open",
    "line one\nline two\n\n\ttabbed \\ backslash \"quotes\" 'single' <b>not bold</b> &amp; &",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝕠𝕦𝕥𝕤𝕚𝕕𝕖 𝓽𝓱𝓮 𝔟𝔞𝔰𝔦𝔠 plane 🀄︎ 𠜎𠜱",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    '{"json": true, "nested": [1, 2, {"a": null}]}',
    "'; DROP TABLE messages; -- %s %d ${name} {{name}}",
    "  leading and trailing spaces  ",
)

INMAIL_SUBJECTS = [
    "Quick question about your platform work",
    "A role that may fit",
    "Speaking at our spring event",
    "Réponse à votre article",
    "Following up",
    "您好：合作机会",
    "Idee für ein gemeinsames Projekt",
    "فرصة للتعاون",
    "Research interview, 20 minutes",
]

INMAIL_OPENINGS = (
    "Hello {name}, I came across your profile while looking for people who have built message systems. "
    "Would you have twenty minutes for a conversation in the next two weeks?",
    "Dear {name}, our team is growing and your background stood out. May I send you the description?",
    "Hi {name}, we have not met, but we share an interest in slow software. What do you think of this draft?",
)

SPONSORED = (
    "Hi {name}, the autumn courses are open. Members get the first module free of charge.",
    "{name}, see how teams like yours cut their reporting time in half.",
    "Your invitation to an online morning about careful automation.",
)

COMPANY_LINES = (
    "Thanks for following our page, {name}!",
    "Your application has been received. We answer within two weeks.",
    "Our new catalogue is out. Would you like a copy?",
    "We have passed your question on to the right colleague.",
)

SYSTEM_LINES = (
    "{name}, your network has grown by ten people this year.",
    "{name}, please review who may see your profile.",
)

REQUEST_LINES = (
    "Hi {name}, we are both in the distributed systems crowd. Would you connect?",
    "Hello! I have a question about one of your talks.",
    "Bonjour, puis-je vous écrire au sujet de votre équipe ?",
)

SPAM_LINES = (
    "Dear friend, you are chosen for a business proposal of great value!!! Answer with urgency.",
    "Earn from home $$$ no experience needed, write me on other app",
    "Your profile impressed investors. Send deposit to unlock.",
)

LONG_PARAGRAPH = (
    "I promised to write down how the old system worked, so here it is, longer than planned. The intake "
    "ran every night and left a file; the file was read in the morning by a person, who moved the lines that "
    "looked wrong to a second file; nobody read the second file. When we asked why, the answer was that it "
    "had always been short. It had not. "
)
