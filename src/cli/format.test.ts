import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ago } from './ago.ts';
import { formatLines } from './format.ts';

const VALUE = { Name: 'n', Size: 5, Config: { Cmd: ['a', 'b'], Labels: { 'x.y': 'z', b: '1' } }, None: null };
const one = (template: string): string => formatLines(template, [VALUE])[0];

test('the templates that docker users write', () => {
  assert.equal(one('{{.Name}}\\t{{ .Size }}'), 'n\t5');
  assert.equal(one('{{json .Config.Cmd}}'), '["a","b"]');
  assert.equal(one('{{.Config}}'), 'map[Cmd:[a b] Labels:map[b:1 x.y:z]]');
  assert.equal(one('{{index .Config.Labels "x.y"}}{{index .Config.Cmd 1}}'), 'zb');
  assert.equal(one('{{upper .Name}} {{len .Config.Cmd}} {{.None}} {{.Absent}}'), 'N 2 <no value> <no value>');
  assert.equal(one('json'), JSON.stringify(VALUE));
  assert.deepEqual(formatLines('table {{.Name}}\\t{{.Size}}', [VALUE], { Size: 'BYTES' }), [
    'NAME   BYTES',
    'n      5',
  ]);
});

test('what is not understood is refused', () => {
  for (const template of ['{{range .Config.Cmd}}', '{{if .Name}}', '{{.Name.Field}}', '{{$x}}', '{{printf .Name}}']) {
    assert.throws(() => one(template), /is not understood; there are \{\{\.Field\}\}/, template);
  }
});

test('times as docker tells them', () => {
  const now = Date.parse('2030-06-15T12:00:00Z');
  const cases: [string, string][] = [
    ['2030-06-15T11:59:59.5Z', 'Less than a second ago'],
    ['2030-06-15T11:59:30Z', '30 seconds ago'],
    ['2030-06-15T11:58:30Z', 'About a minute ago'],
    ['2030-06-15T11:00:00Z', 'About an hour ago'],
    ['2030-06-14T10:00:00Z', '26 hours ago'],
    ['2030-06-05T12:00:00Z', '10 days ago'],
    ['2030-05-15T12:00:00Z', '4 weeks ago'],
    ['2029-06-15T12:00:00Z', '12 months ago'],
    ['1970-01-01T00:00:00Z', '60 years ago'],
  ];
  for (const [date, text] of cases) assert.equal(ago(date, now), text);
  assert.equal(ago(undefined, now), 'N/A');
});
