import type { Work } from '../../simulator/dialect.ts';
import { page, redirect, type Answer } from '../../simulator/http/call.ts';
import type { RouteName } from '../../simulator/http/router.ts';
import { openAccount, type AccountDeps } from '../account.ts';
import { StripeError } from '../api/errors.ts';
import { cardFormPage, controllerPage, elementFile } from '../element/pages.ts';
import { answerChallenge, findChallenged, openChallenge } from '../payments/challenge.ts';
import { challengePage, messagePage, resultPage } from './challenge-page.ts';

/** What a browser is shown: the bank's question, Stripe.js and its frames. */
export type Page = (deps: AccountDeps, work: Work) => Answer;

export const pages: Record<RouteName, Page> = {
  'GET /challenge/:intent/:challenge': (deps, work) => onChallenge(deps, work, showChallenge),
  'POST /challenge/:intent/:challenge': (deps, work) => onChallenge(deps, work, takeAnswer),
  'GET /v3': () => elementFile('stripe.ts'),
  'GET /v3/card-form': () => cardFormPage(),
  'GET /v3/controller': () => controllerPage(),
  'GET /v3/:file': (_, { route }) => elementFile(route.params['file'] ?? ''),
};

type OnChallenge = (at: {
  account: ReturnType<typeof openAccount>;
  waiting: ReturnType<typeof findChallenged>;
  returnUrl: string | null;
  work: Work;
  isFrame: boolean;
}) => Answer;

function onChallenge(deps: AccountDeps, work: Work, then: OnChallenge): Answer {
  const account = openAccount(deps, null);
  const { intent = '', challenge: id = '' } = work.route.params;
  try {
    const waiting = findChallenged(account, intent);
    const challenge = openChallenge(waiting, id);
    if (!challenge) return messagePage('Nothing to confirm', 'This payment does not wait for your bank any more.');
    const isFrame = work.call.query.get('frame') === '1';
    return then({ account, waiting, returnUrl: challenge.returnUrl, work, isFrame });
  } catch (error) {
    if (error instanceof StripeError) return messagePage('Nothing to confirm', 'There is no such payment.');
    throw error;
  }
}

const showChallenge: OnChallenge = ({ waiting, isFrame }) => {
  const { shown } = waiting.stored;
  const price = shown.object === 'payment_intent' ? { amount: shown.amount, currency: shown.currency } : undefined;
  return page(challengePage({ price, isFrame }), headers);
};

const takeAnswer: OnChallenge = ({ account, waiting, returnUrl, work, isFrame }) => {
  const outcome = new URLSearchParams(work.call.body).get('outcome');
  if (outcome !== 'approve' && outcome !== 'deny')
    return messagePage('You left your bank', 'The payment still waits: the shop was told nothing.');
  const result = answerChallenge(account, waiting, outcome);
  if (isFrame || returnUrl === null) return page(resultPage(result), headers);
  return redirect(returnAddress(returnUrl, waiting.stored.shown, result));
};

/** Where the browser goes after the bank, with what Stripe adds. */
export function returnAddress(
  returnUrl: string,
  { object, id, client_secret: secret }: { object: string; id: string; client_secret: string | null },
  result: string,
): string {
  const url = new URL(returnUrl);
  url.searchParams.set(object, id);
  url.searchParams.set(`${object}_client_secret`, secret ?? '');
  url.searchParams.set('redirect_status', result);
  return url.href;
}

const headers = {
  'content-security-policy': "default-src 'none'; style-src 'self'; script-src 'self'",
  'referrer-policy': 'no-referrer',
};
