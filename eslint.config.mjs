import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import ts from 'typescript-eslint';
import { serviceNames } from './tools/workspace/services.mjs';

const roles = 'http|handler|projection|publisher|policy|module|query|store|spec|migration|main|node|runtime|settings';

/** What the host and everything above it stand on. */
const base = ['type:event-sourcing', 'type:messaging', 'type:testing'];
/** What services and apps are made with. */
const kit = ['type:service-kit', 'type:http-host', 'type:config', 'type:observability', ...base];

export default ts.config(
  { ignores: ['**/dist', '**/node_modules', '**/coverage', '.nx', '**/*.cjs'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/require-await': 'off',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          banTransitiveDependencies: false,
          allow: [],
          depConstraints: [
            {
              sourceTag: 'type:app',
              onlyDependOnLibsWithTags: [
                'type:service',
                'type:contracts',
                ...kit,
                'type:local-postgres',
                'type:demo',
                'type:client',
              ],
            },
            {
              sourceTag: 'type:service',
              onlyDependOnLibsWithTags: ['type:contracts', 'type:search', 'type:files', ...kit],
            },
            {
              sourceTag: 'type:service-kit',
              onlyDependOnLibsWithTags: ['type:contracts', ...kit.filter((tag) => tag !== 'type:service-kit')],
            },
            {
              sourceTag: 'type:http-host',
              onlyDependOnLibsWithTags: ['type:config', 'type:observability', ...base],
            },
            {
              sourceTag: 'type:config',
              onlyDependOnLibsWithTags: ['type:contracts', 'type:messaging', 'type:testing'],
            },
            { sourceTag: 'type:observability', onlyDependOnLibsWithTags: base },
            {
              sourceTag: 'type:demo',
              onlyDependOnLibsWithTags: ['type:contracts', 'type:service', 'type:client', 'type:search'],
            },
            { sourceTag: 'type:local-postgres', onlyDependOnLibsWithTags: [] },
            {
              sourceTag: 'type:messaging',
              onlyDependOnLibsWithTags: ['type:contracts', 'type:event-sourcing', 'type:testing'],
            },
            { sourceTag: 'type:event-sourcing', onlyDependOnLibsWithTags: ['type:testing'] },
            { sourceTag: 'type:search', onlyDependOnLibsWithTags: ['type:event-sourcing', 'type:testing'] },
            { sourceTag: 'type:files', onlyDependOnLibsWithTags: ['type:event-sourcing', 'type:testing'] },
            { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: [] },
            { sourceTag: 'type:client', onlyDependOnLibsWithTags: [] },
            { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:client', 'type:local-postgres'] },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['*'] },
          ],
        },
      ],
    },
  },
  {
    // A file without a role suffix is pure: no framework, no database, no broker, no clock.
    files: [`libs/{contracts,files,search,${serviceNames.join(',')}}/src/**/*.ts`],
    ignores: [`**/*.@(${roles}).ts`, '**/*.int.spec.ts', '**/*.e2e.spec.ts', '**/index.ts', '**/migrations/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '@nestjs/*',
                'typeorm',
                'pg',
                'kafkajs',
                'fastify',
                'node:fs*',
                'node:net',
                'node:http',
                ...['config', 'observability', 'http-host', 'service'].map((name) => `@guichet/${name}`),
                '@guichet/messaging',
              ],
              allowTypeImports: true,
              message: 'A file without a role suffix is pure: move I/O into a file with a role.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'A pure file has no clock: take the time as an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'A pure file has no clock: take the time as an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'A pure file has no randomness.',
        },
        {
          selector: "CallExpression[callee.name='randomUUID']",
          message: 'A pure file has no randomness: take the id as an argument.',
        },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    // Prettier wraps code and leaves comments.
    files: ['**/*.ts', '**/*.mjs'],
    rules: {
      'max-len': [
        'error',
        { code: 1000, comments: 120, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true },
      ],
    },
  },
  {
    files: ['**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  prettier,
);
