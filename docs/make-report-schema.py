# Writes docs/report.schema.json from the type Report: short names for the definitions, and tables of any key stay open.
#   npx --yes typescript-json-schema@0.68.0 tsconfig.json Report --include functions/lib/report/record.ts \
#     --required --noExtraProps --strictNullChecks --ignoreErrors -o raw.json
#   python docs/make-report-schema.py raw.json && npx biome check --write docs
# docs/evaluation.schema.json likewise from EvaluationReport in functions/lib/report/evaluation/record.ts, then
#   python docs/make-report-schema.py raw.json evaluation.schema.json tricuspid/evaluation-report/1
# tests/lib/report/schema.test.ts and evaluation/page.test.ts say when they have to be written anew.
import json
import os
import re
import sys
import urllib.parse

raw = json.load(open(sys.argv[1]))
target, title = sys.argv[2:4] if len(sys.argv) > 2 else ('report.schema.json', 'tricuspid/cohort-report/1')
definitions = raw.pop('definitions')


def short(name):
    inner = re.findall(r'\)\.(\w+)', name)
    outer = re.match(r'(\w+)<', name)
    base = 'Of'.join(([outer.group(1)] if outer else []) + inner) or name
    base = re.sub(r'\W', '', base) or 'Value'
    return base if len(base) <= 48 else 'Inline'


names = {}
for name in definitions:
    base, number = short(name), 2
    new = base
    while new in names.values():
        new, number = f'{base}{number}', number + 1
    names[name] = new


def renamed(value):
    if isinstance(value, list):
        return [renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    out = {key: renamed(one) for key, one in value.items()}
    if '$ref' in out:
        name = out['$ref'].removeprefix('#/definitions/')
        out['$ref'] = '#/definitions/' + (names.get(name) or names[urllib.parse.unquote(name)])
    if out.get('additionalProperties') is False and out.get('type') == 'object' and not out.get('properties'):
        del out['additionalProperties']
    return out


schema = {
    '$schema': 'http://json-schema.org/draft-07/schema#',
    'title': title,
    **renamed({key: value for key, value in raw.items() if key != '$schema'}),
    'definitions': {names[name]: renamed(definitions[name]) for name in sorted(definitions, key=names.get)},
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), target), 'w') as file:
    json.dump(schema, file, indent=1, ensure_ascii=False)
    file.write('\n')
