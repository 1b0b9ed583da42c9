import {
  ApiError,
  ConnectionError,
  TransientError,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNotFound,
  isUnauthorized,
} from '../../../kube/api/errors.ts';

const predicates = {
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNotFound,
  isUnauthorized,
};

test.each([
  [401, 'Unauthorized', 'isUnauthorized'],
  [403, 'Forbidden', 'isForbidden'],
  [404, 'NotFound', 'isNotFound'],
  [409, 'Conflict', 'isConflict'],
  [409, 'AlreadyExists', 'isAlreadyExists'],
  [410, 'Expired', 'isGone'],
  [422, 'Invalid', 'isInvalid'],
])('%i %s is told by %s alone', (code, reason, predicate) => {
  const error = new ApiError('GET /x', code, { reason });
  const told = Object.entries(predicates).filter(([, is]) => is(error));
  expect(told.map(([name]) => name)).toEqual([predicate]);
});

test('predicates tell nothing of other errors', () => {
  for (const is of Object.values(predicates)) expect(is(new Error('404'))).toBe(false);
});

test('an ApiError says what was asked and what the Status says', () => {
  const causes = [{ field: 'spec.nodes', message: 'too many' }];
  const status = { reason: 'Invalid', message: 'is invalid', details: { causes } };
  const error = new ApiError('PATCH /x', 422, status);
  expect(error.message).toBe('PATCH /x: 422 Invalid: is invalid');
  expect(error.details.causes).toEqual(causes);
  expect(new ApiError('GET /x', 500).message).toBe('GET /x: 500');
});

test('a ConnectionError is transient and keeps its cause', () => {
  const cause = new Error('ECONNRESET');
  const error = new ConnectionError('GET /x', { cause });
  expect(error).toBeInstanceOf(TransientError);
  expect(error.cause).toBe(cause);
});
