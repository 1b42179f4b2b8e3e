/** The public API as a page to read: docs/api/README.md. Pure. */

/** As far as the page goes, of OpenAPI 3.1. */
export type ApiDocument = {
  info: { title: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
};
type Operation = {
  tags?: string[];
  summary?: string;
  security?: Record<string, unknown>[];
  responses: Record<string, unknown>;
};
type Row = { tag: string; text: string };

/** Anything may refuse a request by these. */
const always = new Set(['400', '401', '403', '408', '413', '415', '429', '500', '503']);

export function describeApi({ info, paths }: ApiDocument): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => rowOf(`${method.toUpperCase()} ${path}`, operation)),
  );
  const tags = [...new Set(rows.map(({ tag }) => tag))];
  return `# ${info.title}

Written by \`npm run generate\` out of the routes themselves. The whole of it, with every field, is the OpenAPI 3.1 document
[services/gateway/openapi.json](../../services/gateway/openapi.json), which a shop answers at \`/openapi.json\` and shows at \`/docs\`.

${info.description ?? ''} Anything may be answered ${[...always].join(', ')}.

${tags.map((tag) => sectionOf(tag, rows)).join('\n\n')}
`;
}

function sectionOf(tag: string, rows: readonly Row[]): string {
  const own = rows.filter((row) => row.tag === tag).map(({ text }) => text);
  return [`## ${tag}`, '', '| Route | Who | What | Answers |', '|---|---|---|---|', ...own].join('\n');
}

function rowOf(route: string, { tags = [], summary = '', security = [], responses }: Operation): Row {
  const who = security.flatMap((scheme) => Object.keys(scheme)).join(', ') || 'anyone';
  const answers = Object.keys(responses).filter((status) => !always.has(status));
  const cells = [`\`${route}\``, who, summary.replaceAll('|', '\\|'), answers.join(', ')];
  return { tag: tags[0] ?? 'others', text: `| ${cells.join(' | ')} |` };
}
