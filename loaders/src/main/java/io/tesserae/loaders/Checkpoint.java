package io.tesserae.loaders;

import com.google.gson.JsonObject;
import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.family.HeadLoader;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.quantization.QuantizationConfig;
import io.tesserae.loaders.quantization.ScaledTensors;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.loaders.system.MemoryLimit;
import io.tesserae.loaders.tokenizer.TokenizerFiles;
import io.tesserae.model.Model;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.SelectedTensors;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.WeightException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A checkpoint that is to become a model: its config.json, read once, and its weights, opened once, both when they are first asked
 * for. Who loads several parts of one checkpoint, its model and its tokenizer, passes one of these to all.
 *
 * <p>Close it when the model is loaded, or is not: the files of a model that was loaded are the model's, and stay open. Not
 * thread-safe.
 */
public final class Checkpoint implements AutoCloseable {

    private final ModelFiles files;
    private final Families families;
    private JsonObjectReader json; // null until somebody asks for it
    private PretrainedConfig config; // likewise
    private TokenizerFiles tokenizerFiles; // likewise
    private final Object readingTokenizer = new Object(); // long, and whoever wants config.json need not wait
    private CheckpointWeights weights; // null if they are not open, or a model's

    private Checkpoint(ModelFiles files, Families families) {
        this.files = files;
        this.families = families;
    }

    /** A checkpoint of {@linkplain Families#ALL any family of the project}. No file is read until something of it is asked for. */
    public static Checkpoint open(ModelFiles files) {
        return open(files, Families.ALL);
    }

    /**
     * A checkpoint. No file is read until something of it is asked for.
     *
     * @param families those that it may be of
     */
    public static Checkpoint open(ModelFiles files, Families families) {
        return new Checkpoint(Arguments.require(files, "files"), Arguments.require(families, "families"));
    }

    /** Its files. */
    public ModelFiles files() {
        return files;
    }

    /** The families that it may be of. */
    Families families() {
        return families;
    }

    /**
     * What config.json says. May be called from several threads.
     *
     * @throws ModelLoadingException if it is absent or damaged
     */
    public synchronized PretrainedConfig config() {
        if (config == null) {
            config = PretrainedConfig.of(isQuantized() ? withoutQuantization() : readJson());
        }
        return config;
    }

    /** The object in config.json, for those who need one key and no model; an empty one where there is no such file. */
    synchronized JsonObjectReader json() {
        return json == null && !files.exists(PretrainedConfig.FILE)
                ? new JsonObjectReader(new JsonObject(), files.describe(PretrainedConfig.FILE), "")
                : readJson();
    }

    /** The files of its tokenizer, for those who need it, and for those who need its special tokens alone. */
    TokenizerFiles tokenizerFiles() throws IOException {
        synchronized (readingTokenizer) {
            if (tokenizerFiles == null) {
                tokenizerFiles = TokenizerFiles.open(files, families, this::json);
            }
            return tokenizerFiles;
        }
    }

    /** Whether weights are whole numbers of 8 bits with factors. */
    private synchronized boolean isQuantized() {
        return QuantizationConfig.isRead(readJson());
    }

    /** What config.json says to a family: how weights are stored is none of its business. */
    private JsonObjectReader withoutQuantization() {
        JsonObject rest = readJson().object().deepCopy();
        rest.remove(QuantizationConfig.KEY);
        return new JsonObjectReader(rest, json.where(), json.path());
    }

    private JsonObjectReader readJson() {
        if (json == null) {
            json = PretrainedConfig.json(files);
        }
        return json;
    }

    /**
     * The head that the checkpoint was saved with: of the first class in {@code architectures} that runs here; where that names none,
     * what the tensors tell.
     *
     * @return empty if {@code architectures} names classes, and none that runs
     * @throws ModelLoadingException if config.json cannot be read, or the tensors are asked, and cannot be read
     */
    public Optional<Head<?>> head() {
        PretrainedConfig config = config();
        List<String> architectures = config.architectures();
        if (!architectures.isEmpty()) {
            return headOfArchitectures(families, config);
        }
        Optional<ModelFamily> family = families.of(config.modelType());
        Input input = family.map(ModelFamily::input).orElse(Input.TOKENS);
        return Optional.of(family.<Head<?>>flatMap(known -> known.heads().toldBy(tensorNames()))
                .orElse(Head.none(input)));
    }

    /** The head of the first class in {@code architectures} that runs here; empty where there is none. */
    public static Optional<Head<?>> headOfArchitectures(Families families, PretrainedConfig config) {
        Arguments.require(families, "families");
        Arguments.require(config, "config");
        for (String architecture : config.architectures()) {
            Optional<Head<?>> head = families.headOf(architecture);
            if (head.isPresent()) {
                return head;
            }
        }
        return Optional.empty();
    }

    private Set<String> tensorNames() {
        try {
            return weights().names();
        } catch (IOException e) {
            throw CheckpointWeights.unreadable(files, e);
        }
    }

    private CheckpointWeights weights() throws IOException {
        if (weights == null) {
            weights = CheckpointWeights.openFiles(files);
        }
        return weights;
    }

    /**
     * Loads the model that has this head. It owns the checkpoint's files from then on.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public <M extends Model> M load(Head<M> head, Engine engine) {
        return load(head, engine, model -> model);
    }

    /**
     * Loads the model that has this head, and makes something of it. If that cannot be made, the model is refused, as a damaged one is.
     *
     * @param then makes it; if it throws, the weights are closed with the checkpoint
     * @throws ModelLoadingException if the model cannot be loaded; the message says why
     */
    public <M extends Model, R> R load(Head<M> head, Engine engine, Function<? super M, ? extends R> then) {
        Arguments.require(then, "then");
        return loadBeside(head, engine, "", (model, _) -> then.apply(model));
    }

    /**
     * Loads the model that has this head, and makes something of it and of other tensors that the file has: of a layer that its family
     * knows nothing of.
     *
     * @param others what the names of those begin with; empty: there are none
     * @param then makes it of the model and of those; if it throws, the weights are closed with the checkpoint
     * @throws ModelLoadingException if the model cannot be loaded; the message says why
     */
    public <M extends Model, R> R loadBeside(
            Head<M> head, Engine engine, String others, BiFunction<? super M, ? super TensorSource, ? extends R> then) {
        Arguments.require(head, "head");
        Arguments.require(engine, "engine");
        Arguments.require(others, "others");
        Arguments.require(then, "then");
        PretrainedConfig config = config();
        try {
            weights();
            ModelFamily family = requireFamily(families, config, head);
            HeadLoader<M> loader = family.heads()
                    .loader(head, suffix -> isSaidToBe(family, suffix), weights.names())
                    .orElseThrow(() -> lacksHead(families, config, head));
            requireTheseFiles(config);
            requireRoom(engine);
            requireNoOtherHead(head);
            TensorSource all = isQuantized() ? new ScaledTensors(weights, weights.entries()) : weights;
            TensorSource own = others.isEmpty() ? all : new SelectedTensors(all, name -> !name.startsWith(others));
            TensorSource rest = new SelectedTensors(all, name -> !others.isEmpty() && name.startsWith(others));
            R result = then.apply(loader.load(engine, config, own), rest);
            weights = null; // they are the model's
            return result;
        } catch (WeightException e) {
            // Names the tensor, and its file where it has one
            String message = e.getMessage();
            throw new ModelLoadingException(message.startsWith("tensor ") ? where() + ": " + message : message, e);
        } catch (IOException e) {
            throw CheckpointWeights.unreadable(files, e);
        } catch (OutOfMemoryError e) {
            throw new ModelLoadingException(
                    where() + ": not enough memory for the model's weights; " + MemoryLimit.advice(e), e);
        }
    }

    /**
     * Refuses a model that no heap of this size can hold, before a minute is spent on finding out. Weights are copied to the heap
     * when they are first used; embedding tables stay in their files, and a checkpoint has two at most that are large.
     */
    private void requireRoom(Engine engine) {
        List<TensorEntry> matrices = weights.entries().stream()
                .filter(entry -> entry.shape().length > 1)
                .sorted(Comparator.comparingLong(TensorEntry::elementCount).reversed())
                .toList();
        long least = matrices.stream()
                .skip(2)
                .mapToLong(entry -> heapBytes(entry, engine))
                .sum();
        if (engine.computes() && least > Runtime.getRuntime().maxMemory()) {
            long all = matrices.stream()
                    .mapToLong(entry -> heapBytes(entry, engine))
                    .sum();
            throw new ModelLoadingException(where() + ": the model needs some " + megabytes(all + all / 10)
                    + " MB of memory for its weights, but the JVM has "
                    + megabytes(Runtime.getRuntime().maxMemory())
                    + "; give it more (-Xmx), or take a smaller model");
        }
    }

    /** What is stored in two bytes or fewer a number is kept in two; in one, where the engine rounds to that. */
    private static long heapBytes(TensorEntry entry, Engine engine) {
        if (engine.weightPrecision() == Precision.INT8) {
            return entry.elementCount();
        }
        if (entry.dtype() == DType.I8) {
            return entry.elementCount();
        }
        boolean half = entry.dtype().bits() <= Short.SIZE || engine.weightPrecision() != Precision.FLOAT32;
        return entry.elementCount() * (half ? Short.BYTES : Float.BYTES);
    }

    private static long megabytes(long bytes) {
        return bytes >> 20;
    }

    /**
     * Models of pictures and texts that do different things share most of their weights, and so do models that read with latents. What
     * would be said of the rest tells nobody that it is the wrong model for the task.
     */
    private void requireNoOtherHead(Head<?> head) {
        Optional<Head<?>> said = headOfArchitectures(families, config());
        if (said.isPresent() && !said.get().equals(head) && sharesWeights(said.get(), head)) {
            throw otherHead(config(), "has " + head.description(), said.get());
        }
    }

    /** Whether models with one head could be taken for models with the other, up to some tensor of which nobody has heard. */
    private boolean sharesWeights(Head<?> said, Head<?> head) {
        boolean write = head.input() == Input.PIXELS_AND_TOKENS && said.input() == Input.PIXELS_AND_TOKENS;
        boolean ofOneFamily = families.of(config().modelType())
                .filter(family -> family.input() == Input.BY_HEAD)
                .isPresent();
        return write || ofOneFamily && !head.equals(Head.LATENT_ENCODER);
    }

    private String where() {
        return files.describe(CheckpointWeights.mainFile(files));
    }

    private boolean isSaidToBe(ModelFamily family, String suffix) {
        for (ModelType type : family.modelTypes()) {
            if (config().architectures().contains(type.classPrefix() + suffix)) {
                return true;
            }
        }
        return false;
    }

    /** Transformers lets config.json name other files, weights among them, that are read in place of the usual ones. */
    private static void requireTheseFiles(PretrainedConfig config) {
        if (config.isSet("transformers_weights")
                && !config.requireString("transformers_weights").equals(CheckpointWeights.SINGLE_FILE)) {
            throw config.unexpected("transformers_weights", "model.safetensors: weights elsewhere are not read");
        }
        if (config.isSet("configuration_files") && !config.isArrayOf("configuration_files", PretrainedConfig.FILE)) {
            throw config.unexpected(
                    "configuration_files",
                    "no file but " + PretrainedConfig.FILE + ": those of single versions are not read");
        }
    }

    // --- What is refused

    private static ModelFamily requireFamily(Families families, PretrainedConfig config, Head<?> head) {
        return families.of(config.modelType())
                // The half that sees of a model that also writes takes pictures alone.
                .filter(family ->
                        family.input() == head.input() || family.heads().contains(head))
                .orElseThrow(() ->
                        families.of(config.modelType()).isPresent() && (isOfFew(head) || isByHead(families, config))
                                ? lacksHead(families, config, head)
                                : unsupportedFamily(families, config, head.input()));
    }

    private static boolean isByHead(Families families, PretrainedConfig config) {
        return families.of(config.modelType()).map(ModelFamily::input).equals(Optional.of(Input.BY_HEAD));
    }

    /** The head that a checkpoint says it has, of a family whose models have no more in common than what their head says. */
    private static Optional<Head<?>> saidByHead(Families families, PretrainedConfig config) {
        return isByHead(families, config) ? headOfArchitectures(families, config) : Optional.empty();
    }

    private static ModelLoadingException otherHead(PretrainedConfig config, String expected, Head<?> found) {
        return new ModelLoadingException(config + ": architectures: expected a model that " + expected + ", found "
                + String.join(", ", config.architectures()) + ", which has " + found.description());
    }

    /** Whether few of the families that take the same have it, so that those are worth naming. */
    private static boolean isOfFew(Head<?> head) {
        return Set.of(Input.PIXELS_AND_TOKENS, Input.ARRAYS, Input.STREAMS).contains(head.input())
                || head.equals(Head.CAUSAL_LM);
    }

    /** What is said to a checkpoint of no family that takes this. */
    static ModelLoadingException unsupportedFamily(Families families, PretrainedConfig config, Input wanted) {
        Optional<Head<?>> said = saidByHead(families, config);
        if (said.isPresent()) {
            return otherHead(config, "takes " + named(wanted), said.get());
        }
        boolean known = families.of(config.modelType()).isPresent();
        String names = either(families.modelTypes(wanted == Input.ARRAYS ? Input.BY_HEAD : wanted));
        return config.unexpected(
                "model_type",
                switch (wanted) {
                    case TOKENS ->
                        known
                                ? names + ", which take token ids (a model that takes pixels is loaded by"
                                        + " AutoModelForImageClassification, or AutoVisionModel for one without a head)"
                                : names + ", the families that this version runs on token ids";
                    case PIXELS ->
                        known
                                ? names + ", which take pixels (a model that takes token ids is loaded by"
                                        + " AutoModelForSequenceClassification, or AutoModel for one without a head)"
                                : names + ", the families that this version runs on pixels";
                    case PIXELS_AND_TOKENS -> names + ", the families that this version runs on pictures and texts";
                    case EPISODES -> names + ", the families that this version lets act";
                    case ARRAYS, BY_HEAD -> names + ", which this version runs on numbers of any kind";
                    case STREAMS -> names + ", which this version runs on streams of words, numbers and pictures";
                });
    }

    private static String named(Input input) {
        return switch (input) {
            case TOKENS -> "token ids";
            case PIXELS -> "pictures";
            case PIXELS_AND_TOKENS -> "pictures and texts";
            case EPISODES -> "episodes";
            case ARRAYS, BY_HEAD -> "numbers of any kind";
            case STREAMS -> "streams of words, numbers and pictures";
        };
    }

    private static ModelLoadingException lacksHead(Families families, PretrainedConfig config, Head<?> head) {
        Optional<Head<?>> said = saidByHead(families, config);
        if (said.isPresent()) {
            return otherHead(config, "has " + head.description(), said.get());
        }
        List<String> names = families.modelTypes(head);
        return config.unexpected(
                "model_type",
                either(names)
                        + (names.size() == 1 ? ", the family that has " : ", the families that have ")
                        + head.description());
    }

    /** As a list is written: {@code a, b or c}. */
    private static String either(List<String> names) {
        List<String> list = new ArrayList<>(names);
        String last = list.removeLast();
        return list.isEmpty() ? last : String.join(", ", list) + " or " + last;
    }

    /** Closes the weights, if they were opened and no model has them. */
    @Override
    public void close() {
        synchronized (readingTokenizer) {
            tokenizerFiles = null; // all of a vocabulary
        }
        if (weights != null) {
            weights.close();
            weights = null;
        }
    }
}
