// Plays the browser's side of the device flow over HTTP, as a person would: node approve.mjs URL USER_CODE NAME [signup]
// Ends with 0 once the provider has said "Signed in".
const [url, code, name, action = 'login'] = process.argv.slice(2);
const jar = new Map();

async function visit(address, form) {
  for (let hops = 0; hops < 12; hops += 1) {
    const response = await fetch(address, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      body: form && new URLSearchParams(form),
      headers: { cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const cut = pair.indexOf('=');
      jar.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
    if (response.status < 300 || response.status > 399) return { address, html: await response.text() };
    address = new URL(response.headers.get('location'), address).href;
    form = undefined;
  }
  throw new Error('too many redirects');
}

function formOf({ address, html }) {
  const action = /action="([^"]+)"/.exec(html)?.[1];
  if (!action) throw new Error(`no form in: ${html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 200)}`);
  const fields = Object.fromEntries([...html.matchAll(/<input[^>]*name="(\w+)"[^>]*value="([^"]*)"/g)].map((m) => [m[1], m[2]]));
  return { target: new URL(action, address).href, fields };
}

let page = await visit(url);
for (let step = 0; step < 6 && !page.html.includes('<h1>Signed in</h1>'); step += 1) {
  const { target, fields } = formOf(page);
  page = target.includes('/interaction/')
    ? await visit(target, { login: name, do: action })
    : await visit(target, { ...fields, user_code: code, confirm: 'yes' });
}
if (!page.html.includes('<h1>Signed in</h1>')) {
  console.error(page.html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 300));
  process.exit(1);
}
