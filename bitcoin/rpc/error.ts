/** Why a call did not give a result. */
export type RpcFailure =
  /** No connection, or it broke: the node is not there, or not yet. */
  | 'unreachable'
  /** No answer in time: whether the call took effect is not known. */
  | 'timeout'
  /** HTTP 401: the node does not know the login. */
  | 'unauthorized'
  /** HTTP 403: the login's whitelist lacks the method. */
  | 'forbidden'
  /** The node answered with a JSON-RPC error, whose code is in {@link RpcError.code}. */
  | 'refused'
  /** An answer that is not JSON-RPC. */
  | 'malformed';

/** JSON-RPC error codes of bitcoind that callers tell apart (src/rpc/protocol.h). */
export const rpcErrorCode = {
  /** RPC_CLIENT_NODE_ALREADY_ADDED */
  nodeAlreadyAdded: -23,
  /** RPC_CLIENT_NODE_NOT_ADDED */
  nodeNotAdded: -24,
  /** RPC_IN_WARMUP: loading blocks or the wallet. */
  inWarmup: -28,
  /** RPC_CLIENT_NODE_NOT_CONNECTED */
  nodeNotConnected: -29,
} as const;

/** A failed call. Neither message nor cause holds the login. */
export class RpcError extends Error {
  readonly failure: RpcFailure;
  /** The JSON-RPC error's code, when the failure is `refused`. */
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
