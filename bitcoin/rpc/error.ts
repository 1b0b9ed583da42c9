/** Why a call has no result. */
export type RpcFailure =
  /** The connection failed or broke: the node does not exist, or does not listen yet. */
  | 'unreachable'
  /** No answer in time: the call may have taken effect or not. */
  | 'timeout'
  /** HTTP 401: the node rejects the credentials. */
  | 'unauthorized'
  /** HTTP 403: the whitelist of the credentials lacks the method. */
  | 'forbidden'
  /** The node answered with a JSON-RPC error; {@link RpcError.code} has its code. */
  | 'refused'
  /** The answer is not JSON-RPC, or does not have the expected shape. */
  | 'malformed';

/** JSON-RPC error codes of bitcoind that callers distinguish (src/rpc/protocol.h). */
export const rpcErrorCode = {
  /** RPC_CLIENT_NODE_ALREADY_ADDED */
  nodeAlreadyAdded: -23,
  /** RPC_CLIENT_NODE_NOT_ADDED */
  nodeNotAdded: -24,
  /** RPC_IN_WARMUP: bitcoind loads blocks or wallets. */
  inWarmup: -28,
  /** RPC_CLIENT_NODE_NOT_CONNECTED */
  nodeNotConnected: -29,
} as const;

/** A failed call. Neither the message nor the cause contains the credentials. */
export class RpcError extends Error {
  readonly failure: RpcFailure;
  /** Code of the JSON-RPC error if the failure is `refused`. */
  readonly code: number | undefined;

  constructor(
    failure: RpcFailure,
    message: string,
    options: { readonly code?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'RpcError';
    this.failure = failure;
    this.code = options.code;
  }
}
