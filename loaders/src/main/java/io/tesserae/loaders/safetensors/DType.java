package io.tesserae.loaders.safetensors;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a stored tensor's elements are. All types of the format are known, so that any valid file opens; those that the
 * engine has a reading for say so.
 *
 * <p>The order is that of the reference library, which lays tensors out by descending type.
 */
public enum DType {
    /** One byte: zero is false. */
    BOOL(8, Kind.INTEGER),
    /** MXFP4, two elements to a byte. */
    F4(4, Kind.OPAQUE),
    F6_E2M3(6, Kind.OPAQUE),
    F6_E3M2(6, Kind.OPAQUE),
    U8(8, Kind.INTEGER),
    I8(8, Kind.INTEGER),
    F8_E5M2(8, Kind.FLOATING),
    F8_E4M3(8, Kind.FLOATING),
    F8_E8M0(8, Kind.FLOATING),
    F8_E4M3FNUZ(8, Kind.FLOATING),
    F8_E5M2FNUZ(8, Kind.FLOATING),
    I16(16, Kind.INTEGER),
    U16(16, Kind.INTEGER),
    /** IEEE 754 binary16. */
    F16(16, Kind.FLOATING),
    /** The upper half of a binary32. */
    BF16(16, Kind.FLOATING),
    I32(32, Kind.INTEGER),
    U32(32, Kind.INTEGER),
    F32(32, Kind.FLOATING),
    /** Two binary32: real and imaginary part. */
    C64(64, Kind.OPAQUE),
    F64(64, Kind.FLOATING),
    I64(64, Kind.INTEGER),
    U64(64, Kind.INTEGER);

    private static final Map<String, DType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(DType::name, Function.identity()));

    private final int bits;
    private final Kind kind;

    DType(int bits, Kind kind) {
        this.bits = bits;
        this.kind = kind;
    }

    /** The type that a header calls by this name, upper case and all. */
    public static Optional<DType> named(String name) {
        Arguments.require(name, "name");
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The size of one element in bits; four and six for the types that share bytes. */
    public int bits() {
        return bits;
    }

    /** Whether elements can be read as float32: all floating-point types of eight bits and more, and the integers. */
    public boolean readsAsFloat() {
        return kind != Kind.OPAQUE;
    }

    /** Whether elements are floating-point numbers that can be read as float32, which is what a model's weights are. */
    public boolean isFloatingPoint() {
        return kind == Kind.FLOATING;
    }

    /** Whether elements can be read as {@code int} or {@code long}: the integers and {@link #BOOL}. */
    public boolean readsAsInteger() {
        return kind == Kind.INTEGER;
    }

    private enum Kind {
        FLOATING,
        INTEGER,
        /** Known by size only. */
        OPAQUE
    }
}
