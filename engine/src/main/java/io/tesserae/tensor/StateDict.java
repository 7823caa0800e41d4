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
    private final boolean transposed;

    private StateDict(
            TensorSource source,
            String basePrefix,
            String scope,
            Set<String> used,
            boolean staysOpen,
            boolean transposed) {
        Arguments.require(source, "source");
        this.source = source;
        this.staysOpen = staysOpen;
        this.transposed = transposed;
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
        return new StateDict(source, basePrefix, "", new HashSet<>(), false, false);
    }

    /** The state dict of a source that stays open while the model is in use, so that large weights can be read when they are needed. */
    public static StateDict ofOpen(TensorSource source, String basePrefix) {
        return new StateDict(source, basePrefix, "", new HashSet<>(), true, false);
    }

    /** The part below a name, {@code at("transformer.layer.0")}; of a name that ends so, {@code at("in_proj_")}, what begins with it. */
    public StateDict at(String name) {
        String separator = Arguments.require(name, "name").endsWith("_") ? "" : ".";
        return new StateDict(source, basePrefix, scope + name + separator, used, staysOpen, transposed);
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

    /**
     * The same part, whose matrices are stored the other way round: who asks for {@code [out, in]} gets the rows of that, of a tensor
     * that is stored as {@code [in, out]}. So the weights of transformers' {@code Conv1D} are, GPT-2's linear layer.
     */
    public StateDict transposed() {
        return new StateDict(source, basePrefix, scope, used, staysOpen, true);
    }

    /** Whether there is anything below a name. */
    public boolean contains(String name) {
        return names().haveBelow(scope + name + ".");
    }

    /** Whether there is a weight of this name, in any spelling. */
    public boolean holds(String name) {
        return names().stored(scope + name) != null;
    }

    /**
     * A whole weight as float32, for small ones: norms, biases, position tables.
     *
     * @throws WeightException as {@link #require}, and if a value is NaN or infinite
     */
    public Tensor read(String name, int... shape) {
        StoredTensor weight = require(name, shape);
        Tensor tensor = Tensor.zeros(shape);
        weight.readRows(0, shape.length == 0 ? 1 : shape[0], tensor.data(), 0);
        return tensor;
    }

    /**
     * A weight that stays where it is stored, to be read by rows.
     *
     * @throws WeightException if it is missing or of another shape, or its type has no float32 reading; its values are checked when
     *     they are read
     */
    public StoredTensor require(String name, int... shape) {
        String stored = names().stored(scope + name);
        if (stored == null) {
            throw new WeightException("tensor \"" + scope + name + "\" " + Arrays.toString(shape)
                    + " is missing: the checkpoint holds " + source.names().size()
                    + " tensors, but none of this name; it may be of another architecture, or lack this head");
        }
        long[] found = source.shape(stored);
        boolean otherWayRound = transposed && shape.length == 2;
        int[] expected = otherWayRound ? new int[] {shape[1], shape[0]} : shape;
        if (!Arrays.equals(found, Arrays.stream(expected).asLongStream().toArray())) {
            throw new WeightException(source.describe(stored) + ": expected shape " + Arrays.toString(expected)
                    + " by config.json, found " + Arrays.toString(found));
        }
        source.requireFloatingPoint(stored);
        used.add(stored);
        if (otherWayRound) {
            return new StoredTensor(source, stored, shape[1], shape[0], staysOpen);
        }
        int[] row = Arrays.copyOfRange(shape, Math.min(1, shape.length), shape.length);
        return new StoredTensor(source, stored, Tensor.elementCount(row), 1, staysOpen);
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

    /** The names, as the source has them, of the tensors that were asked for so far. */
    public Set<String> used() {
        return Set.copyOf(used);
    }

    private StoredNames names() {
        return new StoredNames(source.names(), basePrefix);
    }
}
