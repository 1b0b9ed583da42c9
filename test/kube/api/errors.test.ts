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

describe('error predicates', () => {
  test.each([
    [401, 'Unauthorized', 'isUnauthorized'],
    [403, 'Forbidden', 'isForbidden'],
    [404, 'NotFound', 'isNotFound'],
    [409, 'Conflict', 'isConflict'],
    [409, 'AlreadyExists', 'isAlreadyExists'],
    [410, 'Expired', 'isGone'],
    [422, 'Invalid', 'isInvalid'],
  ])('recognize %i %s by %s only', (code, reason, predicate) => {
    const error = new ApiError('GET /x', code, { reason });
    const matching = Object.entries(predicates).filter(([, matches]) => matches(error));
    expect(matching.map(([name]) => name)).toEqual([predicate]);
  });

  test('reject errors that are not ApiErrors', () => {
    for (const matches of Object.values(predicates)) expect(matches(new Error('404'))).toBe(false);
  });
});

test('ApiError names the request and the code, reason and message of the Status', () => {
  const causes = [{ field: 'spec.nodes', message: 'too many' }];
  const status = { reason: 'Invalid', message: 'is invalid', details: { causes } };
  const error = new ApiError('PATCH /x', 422, status);
  expect(error.message).toBe('PATCH /x: 422 Invalid: is invalid');
  expect(error.details.causes).toEqual(causes);
  expect(new ApiError('GET /x', 500).message).toBe('GET /x: 500');
});

test('ConnectionError is a TransientError with a cause', () => {
  const cause = new Error('ECONNRESET');
  const error = new ConnectionError('GET /x', { cause });
  expect(error).toBeInstanceOf(TransientError);
  expect(error.cause).toBe(cause);
});
