"""Codes that no rule file owns: what cannot be read, what the grammar refuses, what is said about suppressions.

The text of a page: what it is, and what to do. The grammar's rules themselves are in `syntax`, with their sources.
"""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    title: str
    text: str


_AWS = "AWS refuses the definition."

PAGES: dict[str, Page] = {
    "ASL001": Page("The file cannot be read", "It does not exist, may not be read, or is not UTF-8."),
    "ASL002": Page("The text is no JSON object", "The message is that of AWS's own parser where it is known. " + _AWS),
    "ASL003": Page("The text is no YAML", "Or it is YAML that says something JSON cannot: tags of programs, cycles, more than 200,000 values."),
    "ASL004": Page("A placeholder outside a string has no value", 'Give it one with `--placeholders FILE`, or write it inside a string: `"${Name}"`.'),
    "ASL005": Page("The definition is too large", "AWS's quota is 1 MiB. Move constant data into the input of the execution or into S3."),
    "ASL006": Page("The definition is nested too deeply", "More than 200 levels of objects and arrays: a limit of this tool, far above any real definition."),
    "ASL007": Page("A key occurs twice in one object", "Only the last one counts: the first is lost without a word."),
    "ASL008": Page("A reference that names no definition", "Or more than one: `asl definitions PATH` lists what there is."),
    "ASL009": Page("A deployment file that cannot be understood", "Or its definition is not in it: nothing is fetched and nothing is run to find it."),
    "ASL010": Page("A name in a deployment file that nothing declares", "A variable, a parameter, a resource: deploying it fails."),
    "ASL011": Page(
        "What only deployment knows was assumed",
        "It decides what the definition looks like, so that what is said of it holds for this case. "
        "Give it a value with `--placeholders FILE` to look at the others.",
    ),
    "ASL101": Page("A required field is missing", _AWS),
    "ASL102": Page("A field that does not exist here", "Often a spelling; the hint names the nearest field. " + _AWS),
    "ASL103": Page("A value of the wrong JSON type", _AWS),
    "ASL104": Page("A value that is not allowed", "Out of a range, or none of the names there are. " + _AWS),
    "ASL105": Page("Fields that exclude or need each other", 'Such as "Next" and "End", "Seconds" and "Timestamp". ' + _AWS),
    "ASL106": Page("Something is empty that must not be", _AWS),
    "ASL107": Page("A field of the other query language", "Parameters belong to JSONPath, Arguments to JSONata. " + _AWS),
    "ASL108": Page("A JSONPath state in a JSONata machine", "The other way round is allowed. " + _AWS),
    "ASL109": Page("A state name that cannot be used", "Names have 1 to 80 characters. " + _AWS),
    "ASL110": Page("A path that is no path", "Or an intrinsic function where only a path may stand. " + _AWS),
    "ASL111": Page("A payload template that cannot work", 'The value of a member whose name ends in ".$" is a path or an intrinsic function. ' + _AWS),
    "ASL112": Page("A timestamp that is none", "RFC 3339 with a capital T and a time zone: 2026-03-14T01:59:00Z. " + _AWS),
    "ASL113": Page("A Choice Rule that tests nothing, or two things", _AWS),
    "ASL114": Page("States.ALL is not alone or not last", "It would hide what stands behind it. " + _AWS),
    "ASL115": Page("A variable name that cannot be used", _AWS),
    "ASL116": Page("A Label that cannot be used", _AWS),
    "ASL120": Page("A Resource that AWS does not know", _AWS),
    "ASL121": Page("A Resource that is no ARN", "AWS refuses it; a local run can answer it, so it is a warning here."),
    "ASL122": Page("A CloudFormation function in the definition", "It has no value before it is deployed, so nothing is said about it."),
    "ASL123": Page("Express machines cannot do this", "No .sync, no .waitForTaskToken, no activities, no Distributed Map. " + _AWS),
    "ASL130": Page("A JSONata expression that does not parse", _AWS),
    "ASL131": Page("A JSONata expression that uses what is not there", "Such as $states.result in a Pass. " + _AWS),
    "ASL140": Page("States or rules nested too deeply", "More than 60 levels: a limit of this tool."),
    "ASL150": Page("An argument that the service's API does not have", "Known from the AWS SDK's service models (extra `aws`). " + _AWS),
    "ASL151": Page(
        "An argument that the service's API requires", "AWS refuses the definition if it is missing at the top, the service the call if it is further down."
    ),
    "ASL152": Page("An argument of another type than the service's API takes", _AWS),
    "ASL201": Page("A transition to a state that is not there", "Targets are states of the same States object. " + _AWS),
    "ASL202": Page("A state that no transition reaches", _AWS),
    "ASL203": Page("A machine that cannot end", 'One state needs "End": true, or to be a Succeed or Fail. ' + _AWS),
    "ASL204": Page("Two states of one name", "Names are unique in the whole machine, branches included. " + _AWS),
    "ASL205": Page("A variable assigned in an inner and an outer scope", _AWS),
    "ASL206": Page("A variable that some way to its use does not assign", "AWS warns of it too; on that way the execution fails."),
    "ASL207": Page("Two Maps of one Label", _AWS),
    "ASL301": Page('A path as the value of a member whose name lacks ".$"', "AWS warns of it too: the text is passed on as it stands."),
    "ASL302": Page("A path or template in the Result of a Pass", "AWS warns of it too: Result is passed on as it stands. Use Parameters."),
    "ASL303": Page("A field of Distributed Maps on an inline Map", "ItemReader, ItemBatcher, ResultWriter and Label have no effect there."),
    "ASL900": Page("A definition that cannot be compiled", "Only with `validate=False`."),
    "ASL901": Page("An expression that cannot be compiled", "Only with `validate=False`."),
    "ASL902": Page("A machine's type is STANDARD or EXPRESS", "Give one of the two with `--type`."),
    "ASL910": Page("A suppression that suppresses nothing", "The finding is gone: remove asl-ignore, so that a new one will be seen."),
    "ASL911": Page("A suppression that is not heeded", 'Write it as "asl-ignore: ASL310 the job ends within minutes": codes, then a reason.'),
}
