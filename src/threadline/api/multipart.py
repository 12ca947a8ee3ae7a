"""Files in a form (`multipart/form-data`), read as they come and never held."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header

from threadline.model.errors import BadInput

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FORM_OVERHEAD = 64 * 1024
"""How many bytes a form may have beside its file."""

_LONGEST_FIELD = 1024
_MOST_FIELDS = 16


class FileForm:
    """A form with one file and some fields; the fields are known once `chunks` has ended."""

    def __init__(self, content_type: bytes, body: AsyncIterator[bytes]) -> None:
        """content_type: the header of the request. Raises BadInput when it names no boundary."""
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 70:
            raise BadInput("The form's Content-Type names no boundary.")
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        """As the form says it; None until the file's part has begun."""
        self.media_type: str | None = None
        self.declared_size: int | None = None
        self._body = body
        self._headers: dict[bytes, bytes] = {}
        self._header = [bytearray(), bytearray()]
        self._field: str | None = None
        self._value = bytearray()
        self._in_file = False
        self._ended = False
        self._taken: list[bytes] = []
        self._parser = MultipartParser(boundary, self._callbacks())

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes of the file; raises BadInput for what is not a form with one file."""
        try:
            async for piece in self._body:
                self._parser.write(piece)
                for chunk in self._taken:
                    yield chunk
                self._taken.clear()
            self._parser.finalize()
        except MultipartParseError as error:
            raise BadInput(f"The form cannot be read: {str(error)[:200]}.") from None
        if not self._ended:
            raise BadInput("The form ends before its last boundary.")
        if self.file_name is None:
            raise BadInput("file: the form holds no file.", field="file")

    def _callbacks(self) -> "MultipartCallbacks":
        def on_header_field(data: bytes, start: int, end: int) -> None:
            self._header[0] += data[start:end]

        def on_header_value(data: bytes, start: int, end: int) -> None:
            self._header[1] += data[start:end]

        def on_part_data(data: bytes, start: int, end: int) -> None:
            if self._in_file:
                self._taken.append(bytes(data[start:end]))
            elif len(self._value) + end - start > _LONGEST_FIELD:
                raise BadInput(f"A field of the form is longer than {_LONGEST_FIELD} bytes.")
            else:
                self._value += data[start:end]

        return {
            "on_part_begin": self._begin_part,
            "on_header_field": on_header_field,
            "on_header_value": on_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": on_part_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        self._headers.clear()
        self._value.clear()
        self._field, self._in_file = None, False

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        name.clear()
        value.clear()

    def _end_headers(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = _text(options.get(b"name", b""))
        if kind != b"form-data":
            raise BadInput("A part of the form has no Content-Disposition of its own.")
        if name != "file" and b"filename" not in options:
            if len(self.fields) == _MOST_FIELDS:
                raise BadInput(f"The form has more than {_MOST_FIELDS} fields.")
            self._field = name
            return
        if self.file_name is not None:
            raise BadInput("file: the form holds several files; upload them one by one.", field="file")
        self._in_file = True
        # Browsers percent-encode some characters of it, other clients all beyond ASCII.
        self.file_name = named_in(options.get(b"filename", b""))
        self.media_type = _text(self._headers.get(b"content-type", b"")) or None
        length = self._headers.get(b"content-length", b"")
        self.declared_size = int(length) if length.isdigit() and len(length) < 19 else None

    def _end_part(self) -> None:
        if self._field is not None:
            self.fields[self._field] = _text(bytes(self._value))

    def _end(self) -> None:
        self._ended = True


def named_in(header: bytes) -> str:
    """A file name from a header: UTF-8, or percent-encoded UTF-8."""
    return unquote(_text(header))


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
