import path from 'node:path';

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Words that say that a file has no subject. */
const empty = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'common']);

/** @returns {string | undefined} what is wrong with the name of a file, relative to the repository root */
export const judgeFileName = (file) => {
    const [base, ...folders] = file.split('/').toReversed();
    const names = [...base.split('.').slice(0, -1), ...folders].filter((name) => name !== '');
    for (const name of names) {
        if (!kebabCase.test(name)) return `${name} is not kebab-case`;
        // The last word is the noun: common-passwords is about passwords.
        const word = name.split('-').at(-1);
        if (empty.has(word)) return `"${word}" says nothing: name the noun that the file is about`;
    }
    return undefined;
};

/** @returns {import('eslint').Rule.RuleModule} */
export const createFileName = (root) => ({
    meta: { type: 'problem', schema: [], messages: { name: '{{sentence}}' } },
    create(context) {
        return {
            Program(node) {
                const file = path.relative(root, context.filename).split(path.sep).join('/');
                const sentence = judgeFileName(file);
                if (sentence !== undefined) context.report({ node, loc: { line: 1, column: 0 }, messageId: 'name', data: { sentence } });
            },
        };
    },
});
