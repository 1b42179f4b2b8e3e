import type { Answer, Call } from '../../simulator/http/call.ts';
import type { RouteName } from '../../simulator/http/router.ts';
import type { Desk } from '../desk.ts';

export type CarrierRequest = { desk: Desk; params: Record<string, string>; call: Call };
export type Endpoint = (request: CarrierRequest) => Answer;
export type Endpoints = Record<RouteName, Endpoint>;
