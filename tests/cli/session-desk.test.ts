import { afterAll, expect, it } from 'vitest';
import { askDesk, openSessionDesk } from '#cli/session-desk.ts';

const accountOf = (site: string) => ({ endpoint: 'http://127.0.0.1:1', region: site });
const desk = await openSessionDesk(accountOf);
afterAll(() => desk.close());

it('gives whoever has its token an account for a site', async () => {
  expect(await askDesk(desk, 'northgate')).toEqual(accountOf('northgate'));
});

it.each([
  ['another token', { ...desk, token: 'x'.repeat(desk.token.length) }, 'northgate', 403],
  ['a shorter token', { ...desk, token: '' }, 'northgate', 403],
  ['what is no id of a site', desk, 'NORTH GATE', 404],
  ['no site', desk, '', 404],
])('gives nobody anything for %s', async (_what, asked, site, status) => {
  await expect(askDesk(asked, site)).rejects.toThrow(`session for a site: found status ${status}`);
});
