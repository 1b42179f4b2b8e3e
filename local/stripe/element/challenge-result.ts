/** In the bank's frame, after its question: tells Stripe.js around it. The word is no secret. */
const { result } = (document.getElementById('result') as HTMLElement).dataset;
window.parent.postMessage({ stripeChallenge: result }, '*');

export {};
