import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { execaSync } from 'execa';
import { headingAnchors } from '../../scripts/reference/markdown.ts';
import { checkout } from '../framework/checkout.ts';

/** Returns a page without its code blocks, which may contain lines like headings and links. */
function readPage(path: string): string {
  return readFileSync(path, 'utf8').replace(/^ *(```+)[^]*?^ *\1 *$/gm, '');
}

/** Returns the problem of a link; undefined if its file and heading exist. */
function problemOf(page: string, link: string): string | undefined {
  const [target = '', anchor] = link.split('#');
  const path = target === '' ? page : join(dirname(page), target);
  if (!existsSync(path)) return `${link}: ${relative(checkout, path)} does not exist`;
  if (anchor === undefined || statSync(path).isDirectory()) return undefined;
  const headings = Array.from(readPage(path).matchAll(/^#{1,6} (.*)$/gm), ([, text]) => text!);
  if (headingAnchors(headings).includes(anchor)) return undefined;
  return `${link}: ${relative(checkout, path)} has no such heading`;
}

/** Returns the relative links of a page. */
function linksOf(page: string): string[] {
  const text = readPage(page).replace(/`[^`\n]*`/g, '');
  const links = text.matchAll(/\]\(([^)\s]+)\)/g);
  return Array.from(links, ([, link]) => link!).filter((link) => !/^[a-z]+:/.test(link));
}

const { stdout: pages } = execaSync('git', ['ls-files', '--', '*.md'], {
  cwd: checkout,
  lines: true,
});

test.each(pages)('every relative link of %s leads to a file and a heading', (name) => {
  const page = join(checkout, name);
  const problems = linksOf(page).map((link) => problemOf(page, link));
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
});

test('a link to a file or a heading that does not exist is a problem', () => {
  const page = join(checkout, 'docs/networks.md');
  expect(problemOf(page, 'nowhere.md')).toBe('nowhere.md: docs/nowhere.md does not exist');
  expect(problemOf(page, '#nowhere')).toBe('#nowhere: docs/networks.md has no such heading');
  expect(problemOf(page, '#restarts-and-data-loss')).toBeUndefined();
  expect(linksOf(page)).toContain('troubleshooting.md');
});
