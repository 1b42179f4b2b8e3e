/** A browser without script, in a few lines: it keeps cookies, follows redirects, and sends the forms of a page as they stand. */

export type Visited = { status: number; path: string; html: string; headers: Headers; cookies: string[] };

export type Visitor = {
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Visited>;
  /** The form with that action, as it stands in the page but for `changes`; `button` is the one pressed. */
  submit(page: Visited, action: string, changes?: Record<string, string>, options?: Pressed): Promise<Visited>;
  send(action: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Visited>;
};

type Pressed = { button?: Record<string, string>; headers?: Record<string, string>; follow?: boolean };

export function visitorOf(url: string): Visitor {
  const cookies = new Map<string, string>();

  async function request(path: string, init: RequestInit = {}, follow = true): Promise<Visited> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) };
    const response = await fetch(url + path.replace(/#.*/, ''), { ...init, headers, redirect: 'manual' });
    const set = response.headers.getSetCookie();
    for (const one of set) keep(one);
    const location = response.headers.get('location');
    if (follow && response.status === 303 && location?.startsWith('/')) return request(location);
    return { status: response.status, path, html: await response.text(), headers: response.headers, cookies: set };
  }

  function keep(set: string): void {
    const [, name = '', value = '', rest = ''] = /^([^=]+)=([^;]*);(.*)$/.exec(set) ?? [];
    if (/Max-Age=0(;|$)/.test(rest)) cookies.delete(name);
    else cookies.set(name, value);
  }

  const post = (action: string, body: URLSearchParams, { headers, follow }: Pressed = {}) =>
    request(action, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin', ...headers } }, follow);

  return {
    cookies,
    get: (path, headers = {}) => request(path, { headers }),
    send: (action, fields, headers = {}) => post(action, new URLSearchParams(fields), { headers }),
    submit: (page, action, changes = {}, { button = {}, ...pressed } = {}) => {
      const fields = fieldsOf(formOf(page.html, action));
      for (const [name, value] of Object.entries({ ...changes, ...button })) fields.set(name, value);
      return post(action, fields, pressed);
    },
  };
}

function formOf(html: string, action: string): string {
  const forms = [...html.matchAll(/<form[^>]*>.*?<\/form>/gs)].map(([form]) => form);
  const found = forms.find((form) => new RegExp(`^<form[^>]* action="${action}"`).test(form));
  if (found === undefined) throw new Error(`the page has no form for ${action}`);
  return found;
}

/** What a browser would send of it: radios that are chosen, the chosen option, every field with a name. */
export function fieldsOf(form: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [tag] of form.matchAll(/<input(?:[^>"]|"[^"]*")*>/g)) {
    const isChosen = attribute(tag, 'type') !== 'radio' || / checked/.test(tag);
    if (isChosen && attribute(tag, 'name') !== '') fields.append(attribute(tag, 'name'), attribute(tag, 'value'));
  }
  for (const [, head = '', options = ''] of form.matchAll(/<select([^>]*)>(.*?)<\/select>/gs))
    fields.append(attribute(head, 'name'), attribute(chosenOf(options), 'value'));
  return fields;
}

function chosenOf(options: string): string {
  const [first = ''] = /<option[^>]*>/.exec(options) ?? [];
  return /<option[^>]* selected[^>]*>/.exec(options)?.[0] ?? first;
}

const attribute = (tag: string, name: string): string =>
  unescaped(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The page as a reader sees it, without its tags. */
export const textOf = (html: string): string =>
  (/<main.*<\/main>/s.exec(html)?.[0] ?? html).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
