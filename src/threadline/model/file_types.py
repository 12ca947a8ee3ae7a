"""Types of files: which are taken, how each is shown, and under which type one is given out.

What runs when it is opened is not taken: programs, scripts, installers, shortcuts, and pages (HTML, SVG),
which run their scripts in a browser. A file is judged by its extension, its media type and its first bytes.
The list is ours; LinkedIn refuses some of these itself.
"""

import re

from threadline.model import file_names
from threadline.model.compositions import UploadKind

HEAD = 1024
"""How many of a file's first bytes are looked at."""

UNKNOWN = "application/octet-stream"

IMAGES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
VIDEOS = frozenset({"video/mp4", "video/quicktime"})
"""What LinkedIn shows as an image or a video (contracts/linkedin-wire.md §6.7); all else goes as a file."""

_PROGRAMS = (
    "exe com scr pif cpl dll sys drv ocx elf so dylib run class jar jnlp apk aab xap wasm swf gadget "
    "msi msp mst msix msixbundle appx appxbundle appinstaller application appref-ms deb rpm snap flatpak "
    "appimage dmg pkg mpkg app ipa iso img vhd vhdx"
)
"""Programs, libraries, installers, images of discs."""
_SCRIPTS = (
    "bat cmd ps1 psm1 psd1 ps1xml psc1 vb vbe vbs js jse mjs cjs ws wsf wsc wsh hta sct sh bash zsh csh ksh "
    "fish command workflow scpt applescript py pyc pyo pyw pyz pl pm rb php php3 php4 php5 phtml phar "
    "asp aspx ashx asmx jsp jspx cgi lua tcl ahk au3"
)
_STARTERS = (
    "lnk url desktop webloc website scf inf reg msc chm hlp settingcontent-ms library-ms search-ms "
    "searchconnector-ms theme themepack diagcab rdp "
    "docm dotm xlsm xltm xlam xll pptm potm ppam ppsm sldm iqy slk"
)
"""Shortcuts, settings and help files that start something; documents that carry macros."""
_PAGES = "htm html shtml xhtml xht xhtm mht mhtml svg svgz xsl xslt"
_EXTENSIONS = frozenset(" ".join((_PROGRAMS, _SCRIPTS, _STARTERS, _PAGES)).split())

_MEDIA_TYPES = re.compile(
    r"text/html|application/xhtml\+xml|image/svg(\+xml)?|text/xsl|application/xslt\+xml|multipart/related"
    r"|(text|application)/(x-)?(java|ecma|j|live|vb)script|text/x-(python|perl|ruby|lua|tcl|php|shellscript)"
    r"|(text|application)/x-(sh|csh|shellscript|bat|powershell|python|perl|ruby|php|httpd-php|tcl|lua)(-\w+)*"
    r"|application/(x-)?(msdownload|msdos-program|dosexec|executable|elf|mach-binary|sharedlib|msi|ms-installer"
    r"|hta|java-archive|java-vm|java-jnlp-file|wasm|shockwave-flash|ms-shortcut|mswinurl|bat|rpm"
    r"|apple-diskimage|iso9660-image|redhat-package-manager|debian-package|cmd|windows-shortcut)"
    r"|application/vnd\.(microsoft\.portable-executable|android\.package-archive|debian\.binary-package"
    r"|ms-\w+\.[\w.]*macroenabled[\w.]*|adobe\.flash[\w.-]*|apple\.installer\+xml)",
    re.IGNORECASE,
)

_FIRST_BYTES = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"dex\n",
    b"\0asm",
    b"L\0\0\0\x01\x14\x02\0",
    b"!<arch>\ndebian",
    b"\xed\xab\xee\xdb",
    b"FWS",
    b"CWS",
    b"ZWS",
    b"ITSF",
    b"xar!",
)
"""ELF, Mach-O and Java, Android, WebAssembly, shortcuts, Debian, Red Hat, Flash, help files, macOS."""

_PAGE = re.compile(
    r"<\s*(!doctype\s+html|html|head|body|script|iframe|svg|\?php|%@|object|embed)\b", re.IGNORECASE
)
_SAFE = re.compile(
    r"image/(gif|jpeg|png|webp|heic|heif|avif|bmp|tiff)|(audio|video)/[\w.+-]+|text/(plain|csv|calendar|markdown)"
    r"|application/(pdf|zip|json|rtf|gzip|msword|x-7z-compressed|vnd\.ms-(excel|powerpoint)"
    r"|vnd\.(openxmlformats-officedocument|oasis\.opendocument)\.[\w.-]+)",
    re.IGNORECASE,
)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,63}/[a-z0-9!#$&^_.+-]{1,63}\Z")
# What programs say of a body when nobody told them what it is.
_SAYS_NOTHING = frozenset({"application/x-www-form-urlencoded", "application/binary", UNKNOWN})
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_EXTENSION = {
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "ics": "text/calendar",
    "json": "application/json",
    "zip": "application/zip",
    "rtf": "application/rtf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
}
# The first extension of a type is the one that a file without a name is given.
_BY_TYPE = {media_type: extension for extension, media_type in reversed(_BY_EXTENSION.items())}


def media_type_of(said: str | None, name: str) -> str:
    """The media type of a file, in lower case without parameters: as said, else by the name's extension."""
    given = (said or "").partition(";")[0].strip().lower()
    if _MEDIA_TYPE.match(given) and given not in _SAYS_NOTHING:
        return given
    return _BY_EXTENSION.get(file_names.extension(name), UNKNOWN)


def kind_of(media_type: str) -> UploadKind:
    """How LinkedIn shows a file of this type; a voice note is one only when the caller says so."""
    if media_type in IMAGES:
        return UploadKind.IMAGE
    return UploadKind.VIDEO if media_type in VIDEOS else UploadKind.FILE


def forbidden(name: str, media_type: str, head: bytes) -> str | None:
    """Why a file is not taken, or None. head: its first `HEAD` bytes, or all of them."""
    extension = file_names.extension(name)
    if extension in _EXTENSIONS:
        return f"its name ends in .{extension}"
    if _MEDIA_TYPES.fullmatch(media_type):
        return f"its type is {media_type}"
    if head.startswith(_FIRST_BYTES) or (head.startswith(b"MZ") and b"\0" in head[:64]):
        return "its first bytes are a program's"
    text = _as_text(head)
    if text.startswith("#!"):
        return "its first line is a script's"
    if text.startswith("<") and _PAGE.search(text):
        return "its first bytes are a page's"
    return None


def given_out_as(media_type: str | None) -> str:
    """The media type under which a stranger's file is given out: its own when no browser runs it."""
    given = (media_type or "").partition(";")[0].strip().lower()
    return given if _MEDIA_TYPE.match(given) and _SAFE.fullmatch(given) else UNKNOWN


def default_extension(media_type: str) -> str:
    """The extension of a type, with its dot; empty for one that is not known."""
    extension = _BY_TYPE.get(media_type)
    return f".{extension}" if extension else ""


def _as_text(head: bytes) -> str:
    """The first bytes as a browser would read them, without what it passes over."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace").lstrip()
    return head.decode("latin-1").lstrip(" \t\r\n\f\0")
