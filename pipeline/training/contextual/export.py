"""Writes an encoder as an int8 ONNX graph.

    python export.py MODEL_DIR OUT.onnx

The graph takes `input_ids`, the token ids of texts of equal length (texts × tokens), and gives `sentence_embedding`, one unit
vector per text: the mean of the last layer's token vectors (Reimers & Gurevych 2019). Weights are 7-bit integers with a scale
per output channel, embeddings 8-bit with one per token. Activations are quantized as the graph runs, with one scale per
matrix: texts that must not change each other's vectors in the last bits have to run alone. With 7 bits the sums of products
cannot overflow on processors that add pairs of them in 16 bits (AVX2), so all processors compute the same integers.
"""
import argparse
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from transformers import AutoModel

EPSILON = 1e-12
MAX_TOKENS = 512
WEIGHT_LEVELS, EMBEDDING_LEVELS = 63, 127
CONTRIB = 'com.microsoft'


class Graph:
    """Collects the nodes and constants of an ONNX graph."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind, inputs, outputs=1, domain='', **attributes):
        name = f'{kind}_{len(self.nodes)}'
        names = [name if i == 0 else f'{name}_{i}' for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, name=name, domain=domain, **attributes))
        return name if outputs == 1 else names


def quantize(weights, axis, levels):
    """Symmetric int8 with one scale for each slice along `axis`."""
    others = tuple(i for i in range(weights.ndim) if i != axis)
    scale = np.maximum(np.abs(weights).max(axis=others, keepdims=True) / levels, 1e-12).astype(np.float32)
    return np.clip(np.rint(weights / scale), -levels, levels).astype(np.int8), scale


def build_graph(model):
    graph = Graph()
    weights = {name: tensor.detach().float().numpy() for name, tensor in model.state_dict().items()}
    x = add_embeddings(graph, weights)
    zero = graph.constant('zero', np.array(0, np.int8))

    def multiply(x, name, matrix):
        values, scale = quantize(matrix, 1, WEIGHT_LEVELS)
        quantized, x_scale, x_zero = graph.add('DynamicQuantizeLinear', [x], 3)
        product = graph.add('MatMulInteger', [quantized, graph.constant(f'{name}.weight', values), x_zero, zero])
        product_scale = graph.add('Mul', [x_scale, graph.constant(f'{name}.scale', scale.reshape(-1))])
        return graph.add('Mul', [graph.add('Cast', [product], to=TensorProto.FLOAT), product_scale])

    def normalize_sum(x, residual, bias, norm):
        inputs = [x, residual, *(graph.constant(name, weights[name]) for name in (f'{norm}.weight', f'{norm}.bias', bias))]
        return graph.add('SkipLayerNormalization', inputs, domain=CONTRIB, epsilon=EPSILON)

    for layer in range(model.config.num_hidden_layers):
        prefix = f'encoder.layer.{layer}'
        attended = add_attention(graph, weights, f'{prefix}.attention.self', x, model.config.num_attention_heads)
        output = f'{prefix}.attention.output'
        attended = multiply(attended, f'{output}.dense', weights[f'{output}.dense.weight'].T)
        x = normalize_sum(attended, x, f'{output}.dense.bias', f'{output}.LayerNorm')
        inner = f'{prefix}.intermediate.dense'
        hidden = multiply(x, inner, weights[f'{inner}.weight'].T)
        hidden = graph.add('BiasGelu', [hidden, graph.constant(f'{inner}.bias', weights[f'{inner}.bias'])], domain=CONTRIB)
        output = f'{prefix}.output'
        hidden = multiply(hidden, f'{output}.dense', weights[f'{output}.dense.weight'].T)
        x = normalize_sum(hidden, x, f'{output}.dense.bias', f'{output}.LayerNorm')
    mean = graph.add('ReduceMean', [x], axes=[1], keepdims=0)
    length = graph.add('ReduceL2', [mean], axes=[1], keepdims=1)
    graph.nodes.append(helper.make_node('Div', [mean, length], ['sentence_embedding'], name='sentence_embedding'))
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            'paperfield-contextual',
            [helper.make_tensor_value_info('input_ids', TensorProto.INT64, ['texts', 'tokens'])],
            [helper.make_tensor_value_info('sentence_embedding', TensorProto.FLOAT, ['texts', model.config.hidden_size])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid('', 17), helper.make_opsetid(CONTRIB, 1)],
        ir_version=9,
    )


def add_embeddings(graph, weights):
    """The sum of the embeddings of token, position and (always the first) segment, normalized."""
    prefix = 'embeddings'
    values, scale = quantize(weights[f'{prefix}.word_embeddings.weight'], 0, EMBEDDING_LEVELS)
    words = graph.add('Gather', [graph.constant('words', values), 'input_ids'])
    scales = graph.add('Gather', [graph.constant('words.scale', scale), 'input_ids'])
    words = graph.add('Mul', [graph.add('Cast', [words], to=TensorProto.FLOAT), scales])
    positions = weights[f'{prefix}.position_embeddings.weight'][:MAX_TOKENS]
    graph.constant('positions', positions + weights[f'{prefix}.token_type_embeddings.weight'][0])
    axis, first, second = (graph.constant(f'int.{i}', np.array([i])) for i in (0, 1, 2))
    tokens = graph.add('Slice', [graph.add('Shape', ['input_ids']), first, second])
    positions = graph.add('Slice', ['positions', axis, tokens, axis])
    norm = f'{prefix}.LayerNorm'
    inputs = [graph.add('Add', [words, positions]), *(graph.constant(n, weights[n]) for n in (f'{norm}.weight', f'{norm}.bias'))]
    return graph.add('LayerNormalization', inputs, epsilon=EPSILON)


def add_attention(graph, weights, prefix, x, heads):
    names = ('query', 'key', 'value')
    matrix = np.concatenate([weights[f'{prefix}.{name}.weight'].T for name in names], 1)
    bias = np.concatenate([weights[f'{prefix}.{name}.bias'] for name in names])
    values, scale = quantize(matrix, 1, WEIGHT_LEVELS)
    quantized, x_scale, x_zero = graph.add('DynamicQuantizeLinear', [x], 3)
    inputs = [
        quantized,
        graph.constant(f'{prefix}.weight', values),
        graph.constant(f'{prefix}.bias', bias),
        x_scale,
        graph.constant(f'{prefix}.scale', scale.reshape(-1)),
        '',
        x_zero,
        graph.constant(f'{prefix}.zero', np.zeros(len(bias), np.int8)),
    ]
    return graph.add('QAttention', inputs, domain=CONTRIB, num_heads=heads)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model')
    parser.add_argument('out')
    options = parser.parse_args()
    model = AutoModel.from_pretrained(options.model).eval()
    onnx.save(build_graph(model), f'{options.out}.writing')
    os.replace(f'{options.out}.writing', options.out)
    print(f'{options.out}: {os.path.getsize(options.out) / 1e6:.1f} MB')


if __name__ == '__main__':
    main()
