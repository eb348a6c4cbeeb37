// Which parts of kernel/src import which: the arrows must run one way.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isTest, kernelPart, resolveImport } from './layers.js';

const importPattern = /\b(?:from|import)\s*\(?\s*(['"])(\.[^'"]*)\1/g;

const sourceFiles = (root) => {
    try {
        return readdirSync(path.join(root, 'kernel/src'), { recursive: true })
            .map((name) => `kernel/src/${name.split(path.sep).join('/')}`)
            .filter((file) => /\.[cm]?[jt]s$/.test(file) && !isTest(file));
    } catch (error) {
        if (error.code === 'ENOENT') return [];
        throw error;
    }
};

/** @returns {Map<string, Set<string>>} part → parts that it imports */
export const readKernelGraph = (root) => {
    const graph = new Map();
    for (const file of sourceFiles(root)) {
        const part = kernelPart(file);
        const targets = graph.get(part) ?? new Set();
        graph.set(part, targets);
        for (const [, , specifier] of readFileSync(path.join(root, file), 'utf8').matchAll(importPattern)) {
            const target = kernelPart(resolveImport(file, specifier).file);
            if (target !== undefined && target !== part) targets.add(target);
        }
    }
    return graph;
};

/** @returns {string[] | undefined} the way back from `to` to `from`: the arrow from → to closes this cycle */
export const findWay = (graph, to, from) => {
    const before = new Map([[to, undefined]]);
    for (const part of before.keys()) {
        if (part === from) {
            const way = [];
            for (let step = from; step !== undefined; step = before.get(step)) way.unshift(step);
            return way;
        }
        for (const next of graph.get(part) ?? []) if (!before.has(next)) before.set(next, part);
    }
    return undefined;
};
