// Accessibility of a page as axe-core finds it (WCAG 2.2 A and AA and its best practices).
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Violations with the first element of each, everything collapsed opened before; throws where axe could check next to nothing. */
export async function accessibilityViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  await page.addScriptTag({ path: axeSource });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ passes: unknown[]; violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { passes, violations } = await axe.run();
    if (passes.length < 20) throw new Error(`axe checked only ${passes.length} rules`);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
  });
}
