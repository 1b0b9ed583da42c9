import {
  applyFailure,
  isNamespaceTerminating,
} from '../../../../controller/bitcoin-network/objects/failure.ts';
import { ApiError, ConnectionError } from '../../../../kube/api/errors.ts';

const apiError = (code: number, reason: string, cause?: string) =>
  new ApiError('PATCH /x', code, {
    reason,
    message: 'why',
    details: { causes: cause === undefined ? [] : [{ reason: cause }] },
  });
const terminating = apiError(403, 'Forbidden', 'NamespaceTerminating');

describe('applyFailure', () => {
  test('waits for a namespace that is being deleted', () => {
    expect(applyFailure(terminating)).toEqual({
      reason: 'NamespaceTerminating',
      message: 'the namespace is being deleted',
      terminal: false,
    });
  });

  test.each([
    ['422 Invalid', apiError(422, 'Invalid', 'FieldValueInvalid')],
    ['400 BadRequest, for example of a webhook', apiError(400, 'BadRequest')],
    ['413 RequestEntityTooLarge', apiError(413, 'RequestEntityTooLarge')],
  ])('needs user action after %s', (_, error) => {
    expect(applyFailure(error)).toEqual({
      reason: 'ApplyFailed',
      message: error.message,
      terminal: true,
    });
  });

  test.each([
    ['403 Forbidden, for example an exceeded quota', apiError(403, 'Forbidden')],
    ['500 InternalError', apiError(500, 'InternalError')],
    ['409 Conflict', apiError(409, 'Conflict')],
    ['no answer', new ConnectionError('PATCH /x: no answer within 30000 ms')],
  ])('may pass after %s', (_, error) => {
    expect(applyFailure(error)).toEqual({
      reason: 'ApplyFailed',
      message: error.message,
      terminal: false,
    });
  });

  test.each([
    [true, '403 Forbidden', apiError(403, 'Forbidden')],
    [true, '500 InternalError', apiError(500, 'InternalError')],
    [false, 'no answer', new ConnectionError('PATCH /x: no answer within 30000 ms')],
    [false, 'a namespace that is being deleted', terminating],
  ])('returns terminal %p after 5 minutes of %s', (expected, _, error) => {
    expect(applyFailure(error, 299_999).terminal).toBe(false);
    expect(applyFailure(error, 300_000).terminal).toBe(expected);
  });

  test('describes an error that is not an Error', () => {
    expect(applyFailure('text')).toMatchObject({ reason: 'ApplyFailed', message: 'text' });
  });
});

test.each([
  [true, terminating],
  [false, apiError(403, 'Forbidden')],
  [false, apiError(403, 'Forbidden', 'FieldValueInvalid')],
  [false, new Error('NamespaceTerminating')],
  [false, undefined],
])('isNamespaceTerminating returns %p for %s', (expected, error) => {
  expect(isNamespaceTerminating(error)).toBe(expected);
});
