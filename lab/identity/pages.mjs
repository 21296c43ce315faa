// The few pages a person sees: plain HTML, nothing fetched from elsewhere.
const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const page = (title, body) => `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>body{font:16px/1.5 sans-serif;max-width:28em;margin:10vh auto;padding:0 1em}input,button{font:inherit;padding:.4em .8em;margin:.2em}</style>
<h1>${title}</h1>${body}</html>`;

export const signIn = (uid, error) => page('Sign in to the lab', `${error ? `<p role="alert">${escaped(error)}</p>` : ''}
<form method="post" action="/interaction/${escaped(uid)}"><label>Name <input name="login" placeholder="alice" required autofocus></label>
<button name="do" value="login">Sign in</button><button name="do" value="signup">Create an account</button></form>`);

export const askForCode = (form, error) => page('Enter the code of your device', `${error ? '<p role="alert">That code is not known or has ended.</p>' : ''}
${form}<button type="submit" form="op.deviceInputForm">Continue</button>`);

export const confirmCode = (form, code) => page('Is this the code on your device?', `<p><strong>${escaped(code)}</strong></p>
${form}<button type="submit" form="op.deviceConfirmForm" autofocus>Yes, go on</button>`);

export const signedIn = () => page('Signed in', '<p>You may close this page and go back to your terminal.</p>');
export const confirmSignOut = (form) => page('Sign out?', `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
export const signedOut = () => page('Signed out', '<p>You are signed out.</p>');
export const failed = (out) => page('That did not work', `<p>${escaped(out.error_description ?? out.error)}</p>`);
