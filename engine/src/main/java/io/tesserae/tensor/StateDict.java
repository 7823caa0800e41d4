package io.tesserae.tensor;

import io.tesserae.arguments.Arguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A model's weights by the names of its state dict, checked both ways: a weight that is missing or has another shape, and
 * a tensor that no layer asked for, are errors that name it.
 *
 * <p>Two spellings of one name are known, as transformers knows them: the base model's prefix ({@code distilbert.}) may be
 * missing or superfluous, and old checkpoints call {@code LayerNorm.weight} and {@code LayerNorm.bias} {@code gamma} and
 * {@code beta}. Where a family's modules were renamed, {@link #atEither} takes both names.
 */
public final class StateDict {

    private final TensorSource source;
    private final String basePrefix;
    private final String scope;
    private final Set<String> used;
    private final boolean staysOpen;

    private StateDict(TensorSource source, String basePrefix, String scope, Set<String> used, boolean staysOpen) {
        Arguments.require(source, "source");
        this.source = source;
        this.staysOpen = staysOpen;
        this.basePrefix = basePrefix;
        this.scope = scope;
        this.used = used;
    }

    /**
     * The state dict of a source.
     *
     * @param basePrefix what the names of the base model begin with in a model with a head, as {@code "distilbert."}
     */
    public static StateDict of(TensorSource source, String basePrefix) {
        return new StateDict(source, basePrefix, "", new HashSet<>(), false);
    }

    /** Likewise of a source that stays open for as long as the model lives, so that large weights need not be read before they are used. */
    public static StateDict ofOpen(TensorSource source, String basePrefix) {
        return new StateDict(source, basePrefix, "", new HashSet<>(), true);
    }

    /** The part below a name: {@code at("transformer.layer.0")}. */
    public StateDict at(String name) {
        return new StateDict(source, basePrefix, scope + name + ".", used, staysOpen);
    }

    /** The part below a numbered name: {@code at("transformer.layer", 0)}. */
    public StateDict at(String name, int index) {
        return at(name + "." + index);
    }

    /**
     * The part below whichever of two names the source uses; below the first if it uses neither, so that an error tells
     * that one.
     */
    public StateDict atEither(String name, String otherName) {
        return !contains(name) && contains(otherName) ? at(otherName) : at(name);
    }

    /** Whether there is anything below a name. */
    public boolean contains(String name) {
        String path = scope + name + ".";
        String bare = path.startsWith(basePrefix) ? path.substring(basePrefix.length()) : basePrefix + path;
        return source.names().stream().anyMatch(stored -> stored.startsWith(path) || stored.startsWith(bare));
    }

    /** Whether there is a weight of this name, in any spelling. */
    public boolean holds(String name) {
        return resolve(scope + name) != null;
    }

    /**
     * A whole weight as float32, for small ones: norms, biases, position tables.
     *
     * @throws WeightException as {@link #require}, and if a value is NaN or infinite
     */
    public Tensor read(String name, int... shape) {
        Stored weight = require(name, shape);
        Tensor tensor = Tensor.zeros(shape);
        weight.read(0, tensor.data(), 0, tensor.size());
        return tensor;
    }

    /**
     * A weight that stays where it is stored, to be read by rows.
     *
     * @throws WeightException if it is missing or of another shape, or its type has no float32 reading; its values are checked when
     *     they are read
     */
    public Stored require(String name, int... shape) {
        String stored = resolve(scope + name);
        if (stored == null) {
            throw new WeightException("tensor \"" + scope + name + "\" " + Arrays.toString(shape)
                    + " is missing: the checkpoint holds " + source.names().size()
                    + " tensors, but none of this name; it may be of another architecture, or lack this head");
        }
        long[] found = source.shape(stored);
        if (!Arrays.equals(found, Arrays.stream(shape).asLongStream().toArray())) {
            throw new WeightException(source.describe(stored) + ": expected shape " + Arrays.toString(shape)
                    + " by config.json, found " + Arrays.toString(found));
        }
        source.requireFloatingPoint(stored);
        used.add(stored);
        int[] row = Arrays.copyOfRange(shape, Math.min(1, shape.length), shape.length);
        return new Stored(source, stored, Tensor.elementCount(row), staysOpen);
    }

    /**
     * Ends the loading of a model.
     *
     * @param ignorable names that may lie in the checkpoint without being used: another head's, say
     * @throws WeightException if any other tensor was not used
     */
    public void requireAllUsed(Predicate<String> ignorable) {
        Arguments.require(ignorable, "ignorable");
        List<String> unexpected = new ArrayList<>();
        for (String name : source.names()) {
            if (!used.contains(name) && !ignorable.test(name)) {
                unexpected.add(name);
            }
        }
        if (!unexpected.isEmpty()) {
            String first = source.describe(unexpected.getFirst());
            throw new WeightException(first + ": the model that config.json describes has no such tensor"
                    + (unexpected.size() > 1
                            ? " (nor " + (unexpected.size() - 1) + " others, among them "
                                    + String.join(", ", unexpected.subList(1, Math.min(4, unexpected.size()))) + ")"
                            : "")
                    + "; does config.json belong to these weights?");
        }
    }

    private String resolve(String name) {
        String found = spelling(name);
        if (found == null && name.startsWith(basePrefix)) {
            found = spelling(name.substring(basePrefix.length()));
        }
        return found == null ? spelling(basePrefix + name) : found;
    }

    private String spelling(String name) {
        if (source.names().contains(name)) {
            return name;
        }
        String old = name.endsWith("LayerNorm.weight")
                ? name.replaceAll("weight$", "gamma")
                : name.endsWith("LayerNorm.bias") ? name.replaceAll("bias$", "beta") : name;
        return source.names().contains(old) ? old : null;
    }

    /**
     * A weight where it is stored. Whatever is read of it is finite: a value that is not would make all answers NaN in silence.
     *
     * @param source where
     * @param name under which name there
     * @param columns length of a row: everything below the outermost dimension
     * @param staysReadable whether it can still be read when the model has been loaded
     */
    public record Stored(TensorSource source, String name, int columns, boolean staysReadable) {

        /** How its values are stored. */
        public Precision precision() {
            return source.precision(name);
        }

        /**
         * Reads neighbouring rows, as float32.
         *
         * @throws WeightException if a value is NaN or infinite, or too large for float32
         */
        public void readRows(int first, int count, float[] destination, int offset) {
            read((long) first * columns, destination, offset, count * columns);
        }

        private void read(long first, float[] destination, int offset, int count) {
            source.read(name, first, destination, offset, count);
            if (!Tensor.areFinite(destination, offset, offset + count)) {
                throw notFinite(first, destination, offset);
            }
        }

        private WeightException notFinite(long first, float[] values, int offset) {
            int at = offset;
            while (Float.isFinite(values[at])) {
                at++;
            }
            return new WeightException(source.describe(name) + ": element "
                    + Arrays.toString(index(first + at - offset)) + ": expected a finite float32, found " + values[at]
                    + "; the file is damaged, or its training failed: take another checkpoint of this model");
        }

        /** The coordinates of an element, counted row-major. */
        private long[] index(long element) {
            long[] index = source.shape(name);
            long rest = element;
            for (int axis = index.length - 1; axis >= 0; axis--) {
                long dimension = index[axis];
                index[axis] = rest % dimension;
                rest /= dimension;
            }
            return index;
        }

        /**
         * Reads neighbouring rows, each value rounded to a precision.
         *
         * @throws WeightException if a value is not finite, or its magnitude too large for the precision
         */
        public void readRows(Precision rounded, int first, int count, float[] destination, int offset) {
            readRows(first, count, destination, offset);
            if (rounded == Precision.FLOAT32 || rounded == precision()) {
                return;
            }
            for (int i = offset; i < offset + count * columns; i++) {
                float value = rounded.round(destination[i]);
                if (Float.isInfinite(value)) {
                    throw new WeightException(source.describe(name) + ": " + destination[i] + " is too large for "
                            + rounded + "; keep the weights as they are stored"
                            + (rounded == Precision.FLOAT16 ? ", or as " + Precision.BFLOAT16 : ""));
                }
                destination[i] = value;
            }
        }
    }
}
