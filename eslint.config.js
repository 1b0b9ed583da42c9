import tseslint from 'typescript-eslint';

/**
 * The top-level folders that each folder may import from (docs/architecture.md shows the graph).
 * A folder that is not listed may import from all.
 */
const arrows = {
  bitcoin: [],
  kube: [],
  imports: [],
  crds: ['bitcoin', 'kube/api'],
  constructs: ['bitcoin', 'imports', 'crds', 'kube/api'],
  helm: ['constructs', 'crds'],
  controller: ['constructs', 'bitcoin', 'kube', 'imports', 'crds'],
  playground: ['kube'],
};

const folders = [...Object.keys(arrows), 'networks', 'bench', 'scripts', 'test'];

/** Folders that perform no I/O. */
const pure = ['constructs', 'crds', 'helm'];
const io = 'child_process|cluster|dgram|dns|fs|http|http2|https|net|tls|worker_threads';

/** Rules that reject imports from folders that are not in {@link arrows}. */
const boundaries = Object.entries(arrows).map(([folder, allowed]) => {
  const forbidden = folders
    .filter((other) => other !== folder && !allowed.includes(other))
    .map((other) => {
      const open = allowed.filter((path) => path.startsWith(`${other}/`));
      return open.map((path) => `(?!${path}/)`).join('') + other;
    });
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+((${forbidden.join('|')})/|main\\.ts$)`,
              message: `${folder}/ may import from ${allowed.join(', ') || 'no other folder'} only.`,
            },
            ...(pure.includes(folder)
              ? [{ regex: `^node:(${io})(/|$)`, message: `${folder}/ performs no I/O.` }]
              : []),
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression[source.value=/^\\.\\.\\u002F/]',
          message: 'Import other folders with an import declaration, which the arrows apply to.',
        },
      ],
    },
  };
});

/** Constants are camelCase like every other variable; types are PascalCase. */
const namingConvention = [
  { selector: 'default', format: ['camelCase'], leadingUnderscore: 'forbid' },
  { selector: 'parameter', format: ['camelCase'], leadingUnderscore: 'allow' },
  { selector: 'import', format: ['camelCase', 'PascalCase'] },
  { selector: 'typeLike', format: ['PascalCase'] },
  // Fields of Kubernetes objects, environment variables and headers keep their own spelling.
  { selector: ['property', 'objectLiteralMethod'], format: null },
  // A class from a module that is loaded at run time.
  { selector: 'variable', modifiers: ['destructured'], format: null },
];

/** Prettier wraps code at 100 columns but does not wrap comments. */
const commentWidth = {
  code: 1000,
  comments: 100,
  ignoreUrls: true,
  ignorePattern: 'eslint-|@ts-',
};

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'coverage/', 'imports/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: ['error', 'always'],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/naming-convention': ['error', ...namingConvention],
      'no-duplicate-imports': 'error',
      'max-len': ['error', commentWidth],
    },
  },
  ...boundaries,
);
