package io.tesserae.training.tape;

import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.WeightException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The parameters of a network by the names of its state dict, from a checkpoint or from scratch. Networks ask for them as inference models
 * ask a {@link StateDict}; who asks twice for one name gets one parameter.
 *
 * <p>What a checkpoint lacks is an error, unless it belongs to a {@linkplain #head() head}: a head that the checkpoint was not
 * trained with begins anew, and {@link #newlyInitialized} tells so.
 */
public final class Parameters {

    /** What all parts of a network share. */
    private static final class Shared {
        private final TensorSource source; // null from scratch
        private final StateDict stored; // null from scratch
        private final long seed;
        private final float range;
        private final Map<String, Parameter> byName = new LinkedHashMap<>();
        private final List<String> newlyInitialized = new ArrayList<>();
        private int dropoutSites;
        private boolean leavesOut;
        private boolean newHeads;

        Shared(TensorSource source, StateDict stored, long seed, float range) {
            this.source = source;
            this.stored = stored;
            this.seed = seed;
            this.range = range;
        }
    }

    private final Shared shared;
    private final String scope;
    private final boolean head;

    private Parameters(Shared shared, String scope, boolean head) {
        this.shared = shared;
        this.scope = scope;
        this.head = head;
    }

    /**
     * Parameters with the values of a checkpoint.
     *
     * @param basePrefix what the names of the base model begin with: {@code "distilbert."}
     * @param seed for the heads that the checkpoint lacks
     * @param range the standard deviation of new weights: {@code initializer_range}
     */
    public static Parameters of(TensorSource source, String basePrefix, long seed, float range) {
        return new Parameters(new Shared(source, StateDict.of(source, basePrefix), seed, range), "", false);
    }

    /** Parameters that begin anew, all of them. */
    public static Parameters fromScratch(long seed, float range) {
        return new Parameters(new Shared(null, null, seed, range), "", false);
    }

    /** The part below a name. */
    public Parameters at(String name) {
        return new Parameters(shared, scope + name + ".", head);
    }

    /** The part below a numbered name. */
    public Parameters at(String name, int index) {
        return at(name + "." + index);
    }

    /** The part below whichever of two names a checkpoint uses; below the first if it uses neither. */
    public Parameters atEither(String name, String otherName) {
        boolean other = shared.stored != null
                && !shared.stored.contains(scope + name)
                && shared.stored.contains(scope + otherName);
        return at(other ? otherName : name);
    }

    /** The same part as a head, which begins anew where a checkpoint has none. */
    public Parameters head() {
        return new Parameters(shared, scope, true);
    }

    /** Lets all heads begin anew, those too that the checkpoint has: they may be of other shapes. Returns these parameters. */
    public Parameters withNewHeads() {
        shared.newHeads = true;
        return this;
    }

    /** Whether the checkpoint has a weight of this name; from scratch it has none. */
    public boolean holds(String name) {
        return shared.stored != null && shared.stored.holds(scope + name);
    }

    /**
     * Whether the checkpoint has a weight of this name with another parameter's very values: a tied weight that was stored all the same.
     *
     * @throws WeightException if it has it in another shape
     */
    public boolean holdsCopy(String name, Parameter other) {
        if (!holds(name)) {
            return false;
        }
        Tensor copy = shared.stored.read(scope + name, other.value().shape());
        return Arrays.equals(copy.data(), 0, copy.size(), other.data(), 0, copy.size());
    }

    /**
     * A parameter.
     *
     * @param initialization its values where it begins anew
     * @throws WeightException if the checkpoint lacks it and it is no head's, or holds it in another shape
     */
    public Parameter require(String name, Initialization initialization, int... shape) {
        String fullName = scope + name;
        Parameter known = shared.byName.get(fullName);
        if (known != null) {
            if (!Arrays.equals(known.value().shape(), shape)) {
                throw new WeightException("tensor \"" + fullName + "\": wanted as " + Arrays.toString(shape)
                        + " and as " + known.value());
            }
            return known;
        }
        Parameter parameter = new Parameter(fullName, values(fullName, initialization, shape));
        shared.byName.put(fullName, parameter);
        return parameter;
    }

    private Tensor values(String fullName, Initialization initialization, int... shape) {
        boolean isNew = shared.stored == null || head && (shared.newHeads || !shared.stored.holds(fullName));
        if (!isNew) {
            return shared.stored.read(fullName, shape);
        }
        shared.newlyInitialized.add(fullName);
        return initialization.values(shared.seed, fullName, shared.range, shape);
    }

    /**
     * The number of a place that leaves values out by chance; places are numbered in the order in which a network is built.
     *
     * @param probability of being left out there
     */
    public int nextDropoutSite(double probability) {
        shared.leavesOut |= probability > 0;
        return shared.dropoutSites++;
    }

    /** Whether any place of the network leaves values out, with a probability above 0. */
    public boolean leavesOut() {
        return shared.leavesOut;
    }

    /** All that were asked for, in that order. */
    public List<Parameter> all() {
        return List.copyOf(shared.byName.values());
    }

    /** The one of a full name, if it was asked for. */
    public Optional<Parameter> named(String fullName) {
        return Optional.ofNullable(shared.byName.get(fullName));
    }

    /** Names of those that began anew. */
    public List<String> newlyInitialized() {
        return List.copyOf(shared.newlyInitialized);
    }

    /** Names of the checkpoint's tensors that nobody asked for: another head's, say. */
    public List<String> unused() {
        if (shared.source == null) {
            return List.of();
        }
        TreeSet<String> unused = new TreeSet<>(shared.source.names());
        unused.removeAll(shared.stored.used());
        return List.copyOf(unused);
    }
}
