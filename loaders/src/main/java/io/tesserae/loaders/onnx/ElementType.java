package io.tesserae.loaders.onnx;

import io.tesserae.loaders.safetensors.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a tensor's elements are: {@code TensorProto.DataType}.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
enum ElementType {
    FLOAT(1, DType.F32),
    UINT8(2, null),
    INT8(3, null),
    UINT16(4, DType.U16),
    INT16(5, DType.I16),
    INT32(6, DType.I32),
    INT64(7, DType.I64),
    STRING(8, null),
    BOOL(9, DType.BOOL),
    FLOAT16(10, DType.F16),
    DOUBLE(11, DType.F64),
    UINT32(12, DType.U32),
    UINT64(13, DType.U64),
    COMPLEX64(14, DType.C64),
    COMPLEX128(15, null),
    BFLOAT16(16, DType.BF16),
    FLOAT8E4M3FN(17, null),
    FLOAT8E4M3FNUZ(18, null),
    FLOAT8E5M2(19, null),
    FLOAT8E5M2FNUZ(20, null),
    UINT4(21, null),
    INT4(22, null),
    FLOAT4E2M1(23, null);

    private static final Map<Integer, ElementType> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(type -> type.code, Function.identity()));

    private final int code;
    private final DType dtype;

    ElementType(int code, DType dtype) {
        this.code = code;
        this.dtype = dtype;
    }

    /** The type of this code; empty where the format has none. */
    static Optional<ElementType> of(long code) {
        return code == (int) code ? Optional.ofNullable(BY_CODE.get((int) code)) : Optional.empty();
    }

    /** What safetensors calls it; empty where no initializer of this type is told of. */
    Optional<DType> dtype() {
        return Optional.ofNullable(dtype);
    }

    /** Whether a weight can be read of it. */
    boolean isWeight() {
        return this == FLOAT || this == FLOAT16 || this == BFLOAT16;
    }

    /** Whether elements are floating-point numbers, quantized ones aside. */
    boolean isFloatingPoint() {
        return isWeight() || this == DOUBLE;
    }

    /** Whether a graph has tensors of this type only where somebody quantized it. */
    boolean isQuantized() {
        return switch (this) {
            case UINT8, INT8, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, UINT4, INT4, FLOAT4E2M1 -> true;
            default -> false;
        };
    }
}
