/**
 * What is used of `node:http`, which is not imported: an import reads every name that it exports, and at one of them, WebSocket, Node loads
 * its own copy of undici. That is 40 CPU-ms of a start.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
