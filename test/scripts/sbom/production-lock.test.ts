import { productionLock, withoutDevDependencies } from '../../../scripts/sbom/production-lock.ts';

describe('productionLock', () => {
  test('omits the packages that only devDependencies need, and links to them', () => {
    const { packages } = productionLock({
      packages: {
        '': { devDependencies: { jest: '1' } } as object,
        'node_modules/pino': {},
        'node_modules/jest': { dev: true },
        'node_modules/fsevents': { devOptional: true },
        'node_modules/local': { link: true, resolved: 'packages/local' },
        'node_modules/empty': { link: true, resolved: 'packages/empty' },
        'packages/local': {},
        'packages/empty': { devOptional: true },
      },
    });
    expect(packages).toEqual({
      '': {},
      'node_modules/pino': {},
      'node_modules/local': { link: true, resolved: 'packages/local' },
      'packages/local': {},
    });
  });
});

describe('withoutDevDependencies', () => {
  test('omits overrides, which may refer to devDependencies', () => {
    const manifest = { name: 'a', dependencies: {}, devDependencies: {}, overrides: { b: '$b' } };
    expect(withoutDevDependencies(manifest)).toEqual({ name: 'a', dependencies: {} });
  });
});
