/**
 * What a browser may do on our pages. No inline script or style exists, so none is allowed: structured data is a data
 * block, which the policy does not govern. `payment` is the address of the script that shows the form for a card: only a page
 * with that form may load it, and its frames.
 */
export function securityHeaders(publicUrl: string, payment?: string): Record<string, string> {
  const isSecure = publicUrl.startsWith('https:');
  const card = payment === undefined ? nobody : sourcesOf(payment);
  const policy = [
    "default-src 'none'",
    `script-src ${["'self'", ...card.scripts].join(' ')}`,
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    `connect-src ${["'self'", ...card.calls].join(' ')}`,
    ...(card.frames.length > 0 ? [`frame-src ${card.frames.join(' ')}`] : []),
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // A provider's stand-in on this machine has no certificate.
    ...(isSecure && !payment?.startsWith('http:') ? ['upgrade-insecure-requests'] : []),
  ];
  const payers = card.frames.filter((source) => !source.includes('*')).map((source) => `"${source}"`);
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': `camera=(), geolocation=(), microphone=(), payment=(${payers.length > 0 ? ['self', ...payers].join(' ') : ''}), usb=()`,
    'cross-origin-opener-policy': 'same-origin',
    ...(isSecure && { 'strict-transport-security': 'max-age=63072000; includeSubDomains' }),
  };
}

type Sources = { scripts: readonly string[]; frames: readonly string[]; calls: readonly string[] };

const nobody: Sources = { scripts: [], frames: [], calls: [] };

/** Stripe's own list: https://docs.stripe.com/security/guide#content-security-policy */
const stripe: Sources = {
  scripts: ['https://js.stripe.com', 'https://*.js.stripe.com'],
  frames: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
  calls: ['https://api.stripe.com'],
};

function sourcesOf(script: string): Sources {
  const { origin } = new URL(script);
  return origin === 'https://js.stripe.com' ? stripe : { scripts: [origin], frames: [origin], calls: [] };
}
