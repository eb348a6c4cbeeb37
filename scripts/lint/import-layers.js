import path from 'node:path';
import { findWay, readKernelGraph } from './kernel-graph.js';
import { isTest, judgeImport, kernelPart, resolveImport } from './layers.js';

/**
 * The rule reads kernel/src once for all the files of one run.
 * @returns {import('eslint').Rule.RuleModule}
 */
export const createImportLayers = (root) => {
    let graph;

    const judgeCycle = (from, specifier) => {
        const part = kernelPart(from);
        if (part === undefined || isTest(from) || !specifier.startsWith('.')) return undefined;
        const target = kernelPart(resolveImport(from, specifier).file);
        if (target === undefined || target === part) return undefined;
        graph ??= readKernelGraph(root);
        const way = findWay(graph, target, part);
        return way && `parts of the kernel import each other in a circle: ${[part, ...way].join(' → ')}`;
    };

    return {
        meta: { type: 'problem', schema: [], messages: { layer: '{{sentence}}' } },
        create(context) {
            const from = path.relative(root, context.filename).split(path.sep).join('/');
            const check = (node) => {
                if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
                const sentence = judgeImport(from, node.value) ?? judgeCycle(from, node.value);
                if (sentence !== undefined) context.report({ node, messageId: 'layer', data: { sentence } });
            };
            return {
                ImportDeclaration: (node) => check(node.source),
                ExportAllDeclaration: (node) => check(node.source),
                ExportNamedDeclaration: (node) => check(node.source),
                ImportExpression: (node) => check(node.source),
                TSImportType: (node) => check(node.source ?? node.argument?.literal),
            };
        },
    };
};
