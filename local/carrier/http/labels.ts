import type { Answer } from '../../simulator/http/call.ts';
import { page } from '../../simulator/http/call.ts';
import type { Desk } from '../desk.ts';
import { refuse } from '../errors.ts';
import { drawPdf, drawPng } from '../labels/drawing.ts';
import type { Endpoints } from './endpoint.ts';
import type { Shipment } from '../shapes.ts';
import { findTracker } from './trackers.ts';

/** What is open to everybody who has the address, as with EasyPost: labels, and the page of a tracker. */
export const open: Endpoints = {
  'GET /labels/:file': ({ desk, params }) => drawLabel(desk, params['file'] ?? ''),
  'GET /track/:code': ({ desk, params }) => {
    const { shown } = findTracker(desk, params['code'] ?? '');
    const scans = shown.tracking_details.map(({ datetime, message }) => `<li><time>${datetime}</time> ${message}</li>`);
    return page(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Parcel ${shown.tracking_code}</title></head>
      <body><main><h1>Parcel ${shown.tracking_code}</h1><p>${shown.status}</p><ol>${scans.join('')}</ol></main></body></html>`,
      { 'content-security-policy': "default-src 'none'" },
    );
  },
};

function drawLabel(desk: Desk, file: string): Answer {
  const [, code = '', type = ''] = /^(\d+)\.(pdf|png)$/.exec(file) ?? [];
  const [stored] = desk.objects.list('shipment', { tracking_code: code }, { limit: 1 }).items;
  if (!stored) throw refuse.notFound();
  const lines = linesOf(stored.shown, code);
  const headers = { 'cache-control': 'private, max-age=3600' };
  return type === 'pdf'
    ? { status: 200, headers, text: { type: 'application/pdf', content: drawPdf(lines) } }
    : { status: 200, headers, text: { type: 'image/png', content: drawPng(code) } };
}

function linesOf({ to_address: to, selected_rate: rate }: Shipment, code: string): string[] {
  const service = [rate?.carrier, rate?.service, '(test)'];
  const place = [to.zip, to.city, to.state];
  const rows = [service, [code], [], [to.name], [to.company], [to.street1], [to.street2], place, [to.country]];
  return rows.map((words) => words.filter(Boolean).join(' '));
}
