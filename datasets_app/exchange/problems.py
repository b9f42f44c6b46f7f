"""Why a line of an imported file is not taken; a class's docstring is the reason that stands on the line.

`code` groups the lines of a report; classes with one code are one reason said in more fitting words.
"""

from __future__ import annotations

from typing import ClassVar

from datasets_app.errors import DatasetError

TITLES = {
    "empty_file": "empty file",
    "line_too_long": "line too long",
    "encoding": "not UTF-8",
    "byte_order_mark": "byte order mark",
    "nul": "NUL character",
    "surrogate": "broken character",
    "not_json": "not JSON",
    "too_deep": "nested too deep",
    "not_an_object": "not an object",
    "duplicate_key": "key twice",
    "number": "not a number",
    "missing_field": "field missing",
    "two_forms": "two forms at once",
    "not_text": "not text",
    "empty_field": "empty field",
    "field_too_long": "field too long",
    "messages": "not messages",
    "role": "unknown role",
    "turns": "turns out of order",
    "duplicate": "repeated text",
    "packed": "packed file",
    "table": "not a table",
    "columns": "wrong columns",
    "tags": "not tags",
    "pair": "not a pair",
}


class LineProblem(DatasetError):
    """The line cannot be read as a sample."""

    code: ClassVar[str]


class EmptyFile(LineProblem):
    """The file holds no line with a sample. Write one JSON object per line."""

    code = "empty_file"


class EmptyTable(LineProblem):
    """The file holds no row with a sample. Write one row for each sample below the names of the columns."""

    code = "empty_file"


class Packed(LineProblem):
    """The file is packed ({kind}). Unpack it, and import what is inside."""

    code = "packed"


class NotParquet(LineProblem):
    """The file cannot be read as Parquet: {problem}. It may be cut short; write or copy it again."""

    code = "table"


class BrokenRows(LineProblem):
    """From row {row:,} on the file cannot be read: {problem}. Nothing after that was read; write or copy it again."""

    code = "table"


class NotCsv(LineProblem):
    """This is not CSV: {problem}. Put double quotes around the cell, and write each quote inside it twice."""

    code = "table"


class EndlessRow(LineProblem):
    """The row that begins here has more than {limit:,} bytes: a closing quote may be missing. The rest was not read."""

    code = "line_too_long"


class WrongCells(LineProblem):
    """The row has {found} cells where the file names {wanted} columns. Add what is missing, or quote the commas."""

    code = "columns"


class ColumnTwice(LineProblem):
    """The file has two columns named “{column}”, and only one can be meant. Rename the other."""

    code = "columns"


class CellNotJson(LineProblem):
    """“{column}” should hold JSON, and does not: {problem} Write a list such as [{{"role": …, "content": …}}]."""

    code = "not_json"


class CellNotUtf8(LineProblem):
    """“{column}” is not UTF-8. Save the file as UTF-8."""

    code = "encoding"


class LineTooLong(LineProblem):
    """The line has more than {limit:,} bytes. Shorten the sample, or split it into several."""

    code = "line_too_long"


class NotUtf8(LineProblem):
    """Byte {column:,} of the line is not UTF-8. Save the file as UTF-8."""

    code = "encoding"


class OtherEncoding(LineProblem):
    """The file is {encoding}. Save it as UTF-8."""

    code = "encoding"


class ByteOrderMark(LineProblem):
    """A byte order mark starts the line; one may only start the file. Remove it."""

    code = "byte_order_mark"


class NulCharacter(LineProblem):
    """{place} holds a NUL character, which no database text can keep. Remove it."""

    code = "nul"


class LoneSurrogate(LineProblem):
    """“{field}” holds half of a surrogate pair (\\ud800 to \\udfff). Write the whole character."""

    code = "surrogate"


class NotJson(LineProblem):
    """This is not JSON: {problem} at character {column:,}. Write one JSON object per line."""

    code = "not_json"


class JsonArray(LineProblem):
    """The file is one JSON array. Write one object per line instead; `jq -c '.[]'` does that."""

    code = "not_json"


class TooDeep(LineProblem):
    """Its lists and objects are nested too deep. Remove the fields that no sample needs."""

    code = "too_deep"


class NotAnObject(LineProblem):
    """The line is {kind}, not an object. Write {{"instruction": …, "output": …}} or {{"messages": […]}}."""

    code = "not_an_object"


class DuplicateKey(LineProblem):
    """The key “{key}” stands twice in one object, and only one can be meant. Remove the other."""

    code = "duplicate_key"


class NotANumber(LineProblem):
    """{value} is no number in JSON. Write null, or leave the field out."""

    code = "number"


class NumberTooLarge(LineProblem):
    """The number {value}… is too large. Write it as text, or leave the field out."""

    code = "number"


class NeitherForm(LineProblem):
    """It has neither “instruction” and “output” nor “messages”, but {keys}. Rename its fields to these."""

    code = "missing_field"


class MissingField(LineProblem):
    """“{field}” is missing. Add it."""

    code = "missing_field"


class BothForms(LineProblem):
    """It has both “messages” and “{field}”. Keep the one that is meant."""

    code = "two_forms"


class NotText(LineProblem):
    """“{field}” is {kind}, not text. Write it as text."""

    code = "not_text"


class EmptyField(LineProblem):
    """“{field}” is empty. Fill it in, or remove the line."""

    code = "empty_field"


class FieldTooLong(LineProblem):
    """“{field}” has {size:,} bytes; at most {limit:,} are taken. Shorten it."""

    code = "field_too_long"


class TooManyWords(LineProblem):
    """It has too many different words to be searched. Shorten it, or split it into several samples."""

    code = "field_too_long"


class NotMessages(LineProblem):
    """“{field}” is not a list of at least two messages, each with “role” and “content”. Write it as one."""

    code = "messages"


class NotTags(LineProblem):
    """“tags” is not a list of at most {limit} texts. Write it as one, or leave it out."""

    code = "tags"


class UnknownSpeaker(LineProblem):
    """Turn {number} is from “{speaker}”. It may be from system, human and gpt."""

    code = "role"


class NoPrompt(LineProblem):
    """“chosen” and “rejected” do not answer one prompt. Add “prompt”, or let both begin with the same messages."""

    code = "pair"


class OtherForms(LineProblem):
    """Its prompt and its answers are partly texts and partly lists of messages. Write all of them alike."""

    code = "pair"


class SameAnswers(LineProblem):
    """“chosen” and “rejected” are the same. Remove the line."""

    code = "pair"


class NotHistory(LineProblem):
    """“history” is not a list of pairs of texts (question, answer). Write it as one, or leave it out."""

    code = "messages"


class UnknownRole(LineProblem):
    """Message {number} is by “{role}”. The roles are system, user and assistant."""

    code = "role"


class WrongTurn(LineProblem):
    """Message {number} is by the {role}, where the {wanted} should speak. Put the turns in order."""

    code = "turns"


class LastNotAssistant(LineProblem):
    """The last message is by the {role}; it must be the assistant's, since that is what is learned. Add the answer."""

    code = "turns"


class RepeatsLine(LineProblem):
    """The same text stands on line {line:,}. Remove one of them."""

    code = "duplicate"


class RepeatsSample(LineProblem):
    """The same text is there already, as sample {sample} from “{source}”. Remove the line."""

    code = "duplicate"
