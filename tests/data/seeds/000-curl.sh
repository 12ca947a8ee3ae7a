# send
curl -X POST "$BASE/api/send" \
  -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER" \
  -H "Content-Type: application/json" \
  -d '{
    "profileUrl": "https://www.linkedin.com/in/janesmith/",
    "message": "Hi Jane, great connecting with you. Would love to chat about your work at Acme."
  }'
# send-with-urn
curl -X POST "$BASE/api/send" \
  -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER" \
  -H "Content-Type: application/json" \
  -d '{
    "profileUrl": "https://www.linkedin.com/in/janesmith/",
    "message": "Following up on our conversation...",
    "recipientUrn": "urn:li:fsd_profile:ABC123"
  }'
# list-primary
curl -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER" \
  "$BASE/api/conversations?limit=20&category=PRIMARY_INBOX"
# list-first-page
curl -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER" \
  "$BASE/api/conversations?limit=20"
# list-next-page
curl -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER" \
  "$BASE/api/conversations?limit=20&nextCursor=CURSOR_VALUE"
# thread
curl -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER" \
  "$BASE/api/conversations/CONVERSATION_URN?limit=50"
# messages-with-person
curl -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER" \
  "$BASE/api/messages?profileUrl=https://www.linkedin.com/in/janesmith/&limit=20"
# mark-read
curl -X POST "$BASE/api/conversations/CONVERSATION_ID/read" \
  -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER"
# export
curl -H "Authorization: Bearer $KEY" \
  -H "X-User-Id: $USER" \
  "$BASE/api/export/inbox?months=3&categories=PRIMARY_INBOX"
