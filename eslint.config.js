import vue from 'eslint-plugin-vue';
import typescript from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';
import { createFileName } from './scripts/lint/file-name.js';
import { createImportLayers } from './scripts/lint/import-layers.js';

const root = import.meta.dirname;

const noDefaultExport = [
    { selector: 'ExportDefaultDeclaration', message: 'Export by name: a default export is called something else everywhere.' },
    { selector: "ExportSpecifier[exported.name='default']", message: 'Export by name: a default export is called something else everywhere.' },
];

// State lives in what a factory returns: two servers in one process (every test) must not share any.
const stateMessage = 'No state at the top of a module: make it in a factory.';
const noModuleState = [
    { selector: "Program > VariableDeclaration[kind!='const']", message: stateMessage },
    { selector: "Program > ExportNamedDeclaration > VariableDeclaration[kind!='const']", message: stateMessage },
    {
        selector:
            ':matches(Program > VariableDeclaration, Program > ExportNamedDeclaration > VariableDeclaration) > VariableDeclarator > NewExpression.init[callee.name=/^(Map|Set|WeakMap|WeakSet)$/][arguments.length=0]',
        message: stateMessage,
    },
];

// Browsers have these for pages with TLS (and localhost) alone; one file each knows what to do without.
const withoutTls = [
    ['crypto', 'randomUUID', 'randomId (web/src/data/random-id.ts)'],
    ['navigator', 'locks', 'withLock (web/src/data/lock.ts)'],
    ['navigator', 'clipboard', 'useCopying (web/src/views/copy-text.ts)'],
].map(([object, property, instead]) => ({ object, property, message: `Pages without TLS do not have it: ${instead}.` }));

// Rules that need types are in .oxlintrc.json.
export default typescript.config(
    { ignores: ['**/node_modules/', '**/dist/', 'coverage/', 'release/', 'data/', 'test-artefacts/'] },
    {
        files: ['**/*.{ts,js,mjs,vue}'],
        linterOptions: { reportUnusedDisableDirectives: 'error' },
        plugins: {
            typescript: typescript.plugin,
            rookery: { rules: { 'file-name': createFileName(root), 'import-layers': createImportLayers(root) } },
        },
        rules: {
            'max-lines': ['error', { max: 600, skipBlankLines: false, skipComments: false }],
            'no-var': 'error',
            'prefer-const': 'error',
            eqeqeq: 'error',
            'no-restricted-syntax': ['error', ...noDefaultExport],
            'rookery/file-name': 'error',
            'rookery/import-layers': 'error',
        },
    },
    {
        files: ['**/*.ts'],
        languageOptions: {
            parser: typescript.parser,
        },
        rules: {
            'typescript/no-explicit-any': 'error',
            'typescript/no-unused-vars': [
                'error',
                { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true },
            ],
            'typescript/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
        },
    },
    {
        files: ['{sdk,kernel,compat,web}/src/**/*.ts'],
        ignores: ['**/*.test.ts', '**/test/**'],
        rules: { 'no-restricted-syntax': ['error', ...noDefaultExport, ...noModuleState] },
    },
    // Types of components are checked by vue-tsc; here what a reader and a browser stumble over.
    ...vue.configs['flat/recommended'].map((part) => ({ ...part, files: ['web/src/**/*.vue'] })),
    {
        files: ['web/src/**/*.vue'],
        languageOptions: { parser: vueParser, parserOptions: { parser: typescript.parser, extraFileExtensions: ['.vue'] } },
        rules: {
            'vue/block-lang': ['error', { script: { lang: 'ts' } }],
            'vue/component-api-style': ['error', ['script-setup']],
            'vue/define-macros-order': 'off',
            'vue/html-closing-bracket-newline': 'off',
            'vue/html-indent': ['error', 2],
            'vue/max-attributes-per-line': 'off',
            'vue/multi-word-component-names': 'off',
            'vue/no-reserved-component-names': 'off',
            'vue/no-v-html': 'error',
            'vue/require-default-prop': 'off',
            'vue/singleline-html-element-content-newline': 'off',
            'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
        },
    },
    { files: ['web/src/**/*.{ts,vue}'], ignores: ['web/src/data/lock.ts', 'web/src/views/copy-text.ts'], rules: { 'no-restricted-properties': ['error', ...withoutTls] } },
    // Tools that want one.
    { files: ['eslint.config.js', '.mocharc.mjs'], rules: { 'no-restricted-syntax': 'off', 'rookery/file-name': 'off' } },
);
