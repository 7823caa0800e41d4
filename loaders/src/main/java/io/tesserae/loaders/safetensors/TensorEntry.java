package io.tesserae.loaders.safetensors;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a header says about one tensor.
 *
 * @param name any string, the empty one included
 * @param dtype the type of the elements
 * @param shape outermost dimension first, every dimension zero or more; empty for a scalar
 * @param begin where its data begins, in bytes from the beginning of the data
 * @param end where its data ends, exclusive
 */
public record TensorEntry(String name, DType dtype, long[] shape, long begin, long end) {

    /** Keeps its own copy of the shape. */
    public TensorEntry {
        Arguments.require(name, "name");
        Arguments.require(dtype, "dtype");
        shape = Arguments.require(shape, "shape").clone();
    }

    /** A copy. */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** The size of its data in bytes. */
    public long byteCount() {
        return end - begin;
    }

    /** The product of the dimensions. */
    public long elementCount() {
        // The header was refused unless this comes out even, so the shape need not be multiplied again.
        return dtype.bits() >= Byte.SIZE
                ? byteCount() / (dtype.bits() / Byte.SIZE)
                : byteCount() * Byte.SIZE / dtype.bits();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorEntry entry
                && name.equals(entry.name)
                && dtype == entry.dtype
                && Arrays.equals(shape, entry.shape)
                && begin == entry.begin
                && end == entry.end;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, dtype, Arrays.hashCode(shape), begin, end);
    }

    /** As {@code tensor "classifier.weight" (F32 [2, 768])}. */
    @Override
    public String toString() {
        return "tensor " + HeaderJson.quoted(name) + " (" + dtype + " " + shapeInWords() + ")";
    }

    /** Unsigned, as the header has them: a shape may have to be printed before it is refused. */
    private String shapeInWords() {
        return Arrays.stream(shape)
                .limit(16)
                .mapToObj(Long::toUnsignedString)
                .collect(Collectors.joining(", ", "[", shape.length > 16 ? ", …]" : "]"));
    }
}
