/** A metric family: the lines of one metric in the text format of Prometheus. */
export interface Family {
  readonly type: string;
  readonly help: string;
}

/** The metrics of one scrape. */
export interface Scrape {
  readonly families: ReadonlyMap<string, Family>;
  /** The values by series, with sorted labels: `name{a="1",b="2"}`. */
  readonly series: ReadonlyMap<string, number>;
}

const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const sample = new RegExp(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(${label}(?:,${label})*)\\})? (\\S+)$`);

/**
 * Parses the text format of Prometheus.
 *
 * @throws Error for a line that the format does not allow, a series that occurs twice, and a sample
 * without a type
 */
export function parsePrometheusText(text: string): Scrape {
  if (!text.endsWith('\n')) throw new Error('the last line does not end with a line feed');
  const families = new Map<string, Family>();
  const series = new Map<string, number>();
  let help: readonly [string, string] | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment?.[1] === 'HELP') help = [comment[2]!, comment[3]!];
    else if (comment) {
      if (help?.[0] !== comment[2] || families.has(comment[2]!)) throw new Error(`order: ${line}`);
      families.set(comment[2]!, { type: comment[3]!, help: help![1] });
    } else if (line !== '') addSample(line, families, series);
  }
  return { families, series };
}

function addSample(
  line: string,
  families: ReadonlyMap<string, Family>,
  series: Map<string, number>,
): void {
  const [, name = '', labels = '', text = ''] = sample.exec(line) ?? [];
  const value = text === '+Inf' ? Infinity : Number(text);
  if (name === '' || text === '' || Number.isNaN(value)) throw new Error(`invalid line: ${line}`);
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
  if (!family) throw new Error(`no type: ${line}`);
  const id = seriesId(name, labels.match(new RegExp(label, 'g')) ?? []);
  if (series.has(id)) throw new Error(`twice: ${line}`);
  series.set(id, value);
}

function seriesId(name: string, labels: readonly string[]): string {
  return labels.length === 0 ? name : `${name}{${[...labels].sort().join(',')}}`;
}
