package io.tesserae.pipelines.sentence;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.SimilarityFunction;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A semantic index as a safetensors file, which Python reads too. In its metadata: {@code format}, {@code version} and {@code
 * similarity}. Its tensors:
 *
 * <ul>
 *   <li>{@code embeddings}, F32 {@code [texts, dimensions]}: as they are compared, which is at unit length for the cosine.
 *   <li>{@code texts}, U8 {@code [bytes]}: the texts' UTF-8, one after the other. Only where the index has texts, as the next.
 *   <li>{@code text_ends}, I64 {@code [texts]}: where each of them ends.
 * </ul>
 */
final class SemanticIndexFile {

    private static final String FORMAT = "tesserae semantic index";
    private static final String VERSION = "1";
    private static final String EMBEDDINGS = "embeddings";
    private static final String TEXTS = "texts";
    private static final String TEXT_ENDS = "text_ends";

    /** The square of unit length, rounded in whatever order and precision somebody normalized in. */
    private static final double MOST_SQUARES = 1.01;

    private SemanticIndexFile() {}

    static void write(Path file, SimilarityFunction similarity, float[][] embeddings, List<String> texts)
            throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("format", FORMAT)
                .metadata("version", VERSION)
                .metadata("similarity", similarity.configName())
                .add(EMBEDDINGS, DType.F32, new long[] {embeddings.length, embeddings[0].length}, out -> {
                    for (float[] embedding : embeddings) {
                        writeFloats(embedding, out);
                    }
                });
        if (!texts.isEmpty()) {
            long[] ends = new long[texts.size()];
            long end = 0;
            for (int i = 0; i < ends.length; i++) {
                end += utf8(texts.get(i), i).remaining();
                ends[i] = end;
            }
            writer.addLongs(TEXT_ENDS, ends, ends.length).add(TEXTS, DType.U8, new long[] {end}, out -> {
                for (int i = 0; i < ends.length; i++) {
                    ByteBuffer bytes = utf8(texts.get(i), i);
                    out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
                }
            });
        }
        writer.write(file);
    }

    private static void writeFloats(float[] values, OutputStream out) throws IOException {
        byte[] bytes = new byte[values.length * Float.BYTES];
        MemorySegment.ofArray(bytes)
                .asByteBuffer()
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(values);
        out.write(bytes);
    }

    private static ByteBuffer utf8(String text, int index) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "text " + index + " holds half of a surrogate pair, which UTF-8 has no bytes for", e);
        }
    }

    static SemanticIndex read(Path path) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            SimilarityFunction similarity = similarity(file);
            requireTensors(file);
            int[] shape = requireShape(file, EMBEDDINGS, DType.F32, 2);
            float[][] embeddings = new float[shape[0]][shape[1]];
            for (int i = 0; i < embeddings.length; i++) {
                file.read(EMBEDDINGS, (long) i * shape[1], embeddings[i], 0, shape[1]);
                requireUnitLength(file, similarity, embeddings[i], i);
            }
            return new SemanticIndex(similarity, embeddings, texts(file, embeddings.length));
        } catch (OutOfMemoryError e) {
            throw new ModelLoadingException(path + ": too little memory for the index. Give the JVM more with -Xmx", e);
        }
    }

    /**
     * Refuses what would score above 1: a damaged number, or embeddings that a program wrote as the model gave them. Shorter ones
     * may be right: all zeros stay zeros, and what is not a number stays that.
     */
    private static void requireUnitLength(
            SafetensorsFile file, SimilarityFunction similarity, float[] embedding, int index) {
        double squares = SimilarityFunction.DOT.compare(embedding, embedding);
        if (similarity == SimilarityFunction.COSINE && squares > MOST_SQUARES) {
            throw new ModelLoadingException(file.describe(EMBEDDINGS) + ": embedding " + index
                    + ": expected unit length, as the cosine is computed, found " + (float) Math.sqrt(squares)
                    + "; the file is damaged, or was written without normalizing");
        }
    }

    private static SimilarityFunction similarity(SafetensorsFile file) {
        Map<String, String> metadata = file.metadata();
        requireMetadata(file, metadata, "format", FORMAT);
        requireMetadata(file, metadata, "version", VERSION);
        try {
            return SimilarityFunction.named(String.valueOf(metadata.get("similarity")));
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(file + ": __metadata__.similarity: " + e.getMessage(), e);
        }
    }

    private static void requireMetadata(
            SafetensorsFile file, Map<String, String> metadata, String key, String expected) {
        if (!expected.equals(metadata.get(key))) {
            throw new ModelLoadingException(file + ": __metadata__." + key + ": expected \"" + expected + "\", found "
                    + (metadata.containsKey(key) ? "\"" + metadata.get(key) + "\"" : "none")
                    + "; this is no file that SemanticIndex.write made, or one of a newer version");
        }
    }

    private static void requireTensors(SafetensorsFile file) {
        Set<String> names = file.names();
        if (!names.equals(Set.of(EMBEDDINGS)) && !names.equals(Set.of(EMBEDDINGS, TEXTS, TEXT_ENDS))) {
            throw new ModelLoadingException(
                    file + ": expected the tensor embeddings, with or without texts and text_ends;" + " found "
                            + names.stream().limit(20).toList());
        }
    }

    /** A tensor's shape, each dimension 1 or more and an int. */
    private static int[] requireShape(SafetensorsFile file, String name, DType dtype, int rank) {
        long[] shape = file.shape(name);
        boolean fits = file.entry(name).dtype() == dtype && shape.length == rank;
        if (!fits || Arrays.stream(shape).anyMatch(dimension -> dimension < 1 || dimension > Integer.MAX_VALUE - 8)) {
            throw new ModelLoadingException(file.describe(name) + ": expected " + dtype + " of " + rank
                    + (rank == 1 ? " dimension" : " dimensions") + ", each 1 or more");
        }
        return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    }

    private static List<String> texts(SafetensorsFile file, int size) {
        if (!file.names().contains(TEXTS)) {
            return List.of();
        }
        if (requireShape(file, TEXT_ENDS, DType.I64, 1)[0] != size) {
            throw new ModelLoadingException(
                    file.describe(TEXT_ENDS) + ": expected as many ends as embeddings, " + size);
        }
        long[] length = file.shape(TEXTS);
        if (file.entry(TEXTS).dtype() != DType.U8 || length.length != 1) {
            throw new ModelLoadingException(file.describe(TEXTS) + ": expected U8 of 1 dimension");
        }
        long[] ends = new long[size];
        file.readLongs(TEXT_ENDS, 0, ends, 0, size);
        requireAscending(file, ends, length[0]);
        MemorySegment bytes = file.bytes(TEXTS);
        List<String> texts = new ArrayList<>(size);
        long begin = 0;
        for (int i = 0; i < size; i++) {
            texts.add(text(file, bytes.asSlice(begin, ends[i] - begin), i));
            begin = ends[i];
        }
        return texts;
    }

    private static void requireAscending(SafetensorsFile file, long[] ends, long length) {
        long before = 0;
        for (int i = 0; i < ends.length; i++) {
            if (ends[i] < before || ends[i] - before > Integer.MAX_VALUE - 8) {
                throw new ModelLoadingException(file.describe(TEXT_ENDS) + ": element " + i + ": expected from "
                        + before + " on, where the text before ends, and less than 2 GiB after it; found " + ends[i]);
            }
            before = ends[i];
        }
        if (before != length) {
            throw new ModelLoadingException(file.describe(TEXT_ENDS) + ": the last element: expected " + length
                    + ", where the texts end; found " + before);
        }
    }

    private static String text(SafetensorsFile file, MemorySegment bytes, int index) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelLoadingException(file.describe(TEXTS) + ": text " + index + ": expected UTF-8", e);
        }
    }
}
