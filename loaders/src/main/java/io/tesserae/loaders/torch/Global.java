package io.tesserae.loaders.torch;

import io.tesserae.loaders.safetensors.DType;
import java.util.Arrays;
import java.util.Optional;

/** The names of Python that the pickle of a state dict may speak of. None of them is looked up or called: each stands for what is done here. */
enum Global {
    ORDERED_DICT("collections", "OrderedDict"),
    REBUILD_TENSOR("torch._utils", "_rebuild_tensor_v2"),
    REBUILD_PARAMETER("torch._utils", "_rebuild_parameter"),
    FLOAT_STORAGE(DType.F32, "FloatStorage"),
    HALF_STORAGE(DType.F16, "HalfStorage"),
    BRAIN_FLOAT_STORAGE(DType.BF16, "BFloat16Storage"),
    DOUBLE_STORAGE(DType.F64, "DoubleStorage"),
    LONG_STORAGE(DType.I64, "LongStorage"),
    INT_STORAGE(DType.I32, "IntStorage"),
    SHORT_STORAGE(DType.I16, "ShortStorage"),
    CHAR_STORAGE(DType.I8, "CharStorage"),
    BYTE_STORAGE(DType.U8, "ByteStorage"),
    BOOL_STORAGE(DType.BOOL, "BoolStorage");

    private final String module;
    private final String name;
    private final DType dtype; // null if it is no storage

    Global(String module, String name) {
        this.module = module;
        this.name = name;
        this.dtype = null;
    }

    Global(DType dtype, String name) {
        this.module = "torch";
        this.name = name;
        this.dtype = dtype;
    }

    static Optional<Global> named(String module, String name) {
        return Arrays.stream(values())
                .filter(global -> global.module.equals(module) && global.name.equals(name))
                .findFirst();
    }

    /** What the elements of this storage are; empty if it is none. */
    Optional<DType> elements() {
        return Optional.ofNullable(dtype);
    }

    /** As Python writes it. */
    @Override
    public String toString() {
        return module + "." + name;
    }
}
