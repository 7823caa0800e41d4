"""Quantises a classifier's model.onnx to 8 bits, for ONNX Runtime to be measured with.

    python quantize_onnx.py FOLDER

Reads FOLDER/model.onnx, as export_onnx.py leaves it, and writes FOLDER/model-int8.onnx: dynamic quantisation as
onnxruntime.quantization does it unless told otherwise, weights to int8 once, activations to uint8 anew in every call. Its
answers are not those of the float32 model; how far off they are is for whoever runs it to say.
Needs onnx and onnxruntime. No network.
"""

import argparse
import logging
from pathlib import Path

from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    logging.getLogger().setLevel(logging.ERROR)  # it advises a preprocessing that the graph's fusions have done
    # Embeddings stay as they are: looking up rows is not arithmetic, and they would only lose precision.
    quantize_dynamic(
        folder / "model.onnx",
        folder / "model-int8.onnx",
        op_types_to_quantize=["MatMul", "Gemm", "Attention"],
        weight_type=QuantType.QInt8,
        # Shape inference knows no types behind the runtime's own operators, as fused attention is.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    print(f"{folder / 'model-int8.onnx'}: {(folder / 'model-int8.onnx').stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
