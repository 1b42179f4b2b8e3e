/** Who is calling: signed by the gateway, or by the service that calls; verified by the one that is called. */
export { callerHeader, callerKinds, guest, type Authenticate, type Caller, type CallerKind } from './caller.ts';
export { publicKeysIn, readPrivateKey, readPublicKey, type PublicKeys } from './keys.ts';
export { createCallerSigner, createServiceCaller, type ServiceCaller } from './sign.ts';
export { authenticateByToken, createCallerVerifier } from './verify.ts';
