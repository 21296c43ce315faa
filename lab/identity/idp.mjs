// The lab's identity provider: the certified oidc-provider, in memory, with pages of its own.
// Device flow, PKCE, refresh, sign-up, JWT access tokens for one audience.
//   ISSUER    the issuer's URL, with its last slash       ADDRESS, PORT  where to listen
//   AUDIENCE  the access tokens' audience                 KEYS           where to keep the signing keys (made, 0600)
//   PEOPLE    comma-separated names that exist from the start
//   PEERLAB_NODE_MODULES  the folder of `npm ci`; otherwise node_modules beside package.json
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as pages from './pages.mjs';

const modules = process.env.PEERLAB_NODE_MODULES;
const anchor = modules ? pathToFileURL(path.join(path.resolve(modules), 'anchor.js')) : new URL('../anchor.js', import.meta.url);
const { default: Provider } = await import(pathToFileURL(createRequire(anchor).resolve('oidc-provider')));

const issuer = process.env.ISSUER ?? 'http://127.0.0.1:9000/';
const audience = process.env.AUDIENCE ?? 'https://gateway.lab/';

const people = new Map(); // sub -> claims; signing up adds one
function admit(name) {
  people.set(`lab|${name}`, {
    email: `${name}@example.org`, email_verified: true, name, preferred_username: name,
  });
}
for (const name of (process.env.PEOPLE ?? 'alice,bob').split(',')) admit(name);

function signingKeys(file) {
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const jwk = (type, options, more) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
    kid: randomBytes(8).toString('hex'), use: 'sig', ...more,
  });
  const keys = [
    jwk('rsa', { modulusLength: 2048 }, { alg: 'RS256' }),
    jwk('ec', { namedCurve: 'P-256' }, { alg: 'ES256' }),
  ];
  if (file) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  }
  return keys;
}

const provider = new Provider(issuer, {
  jwks: { keys: signingKeys(process.env.KEYS) },
  clients: [
    {
      client_id: 'peerlab-cli', token_endpoint_auth_method: 'none', response_types: [], redirect_uris: [],
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
    {
      client_id: 'peerlab-portal', token_endpoint_auth_method: 'none', response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'], redirect_uris: ['http://127.0.0.1:8080/callback'],
    },
  ],
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  findAccount: (_ctx, id) => people.has(id) && ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
  features: {
    devInteractions: { enabled: false },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: (ctx, form, _out, error) => { ctx.body = pages.askForCode(form, error); },
      userCodeConfirmSource: (ctx, form, _client, _device, code) => { ctx.body = pages.confirmCode(form, code); },
      successSource: (ctx) => { ctx.body = pages.signedIn(); },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => { ctx.body = pages.confirmSignOut(form); },
      postLogoutSuccessSource: (ctx) => { ctx.body = pages.signedOut(); },
    },
    resourceIndicators: { // the gateway's audience, whether or not the client asks for it
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'openid', audience, accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  renderError: (ctx, out) => { ctx.type = 'html'; ctx.body = pages.failed(out); },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  ttl: { DeviceCode: 600, AccessToken: 3600, IdToken: 3600, RefreshToken: 86400, Session: 86400, Grant: 86400, Interaction: 600 },
});
provider.proxy = true;
provider.use(async (ctx, next) => { // RFC 8628 lets a server ask for quicker polls than every 5 s
  await next();
  if (ctx.oidc?.route === 'device_authorization' && ctx.status === 200) ctx.body.interval = 1;
});

async function formOf(request) {
  let text = '';
  for await (const part of request) if ((text += part).length > 65536) throw new Error('too long');
  return new URLSearchParams(text);
}

async function signIn(request, response, details) {
  if (request.method !== 'POST') return response.setHeader('content-type', 'text/html; charset=utf-8').end(pages.signIn(details.uid));
  const form = await formOf(request);
  const name = form.get('login') ?? '';
  if (form.get('do') === 'signup' && /^[a-z][a-z0-9]{0,31}$/.test(name)) admit(name);
  if (!people.has(`lab|${name}`)) {
    response.writeHead(403, { 'content-type': 'text/html; charset=utf-8' });
    return response.end(pages.signIn(details.uid, 'There is no such account.'));
  }
  return provider.interactionFinished(request, response, { login: { accountId: `lab|${name}` } }, { mergeWithLastSubmission: false });
}

async function interaction(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (details.prompt.name === 'login') return signIn(request, response, details);
  const { params, session, grantId } = details; // consent is given: the lab's clients are our own
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid profile email offline_access');
  grant.addResourceScope(audience, 'openid');
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
http.createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return interaction(request, response).catch((error) => { response.statusCode = 400; response.end(String(error)); });
}).listen(Number(process.env.PORT ?? 9000), process.env.ADDRESS ?? '127.0.0.1', () => console.log(`issuer ${issuer}`));
