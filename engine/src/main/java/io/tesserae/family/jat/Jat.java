package io.tesserae.family.jat;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.GptNeoTransformer;
import io.tesserae.family.common.TokensOfConfig;
import io.tesserae.family.gpt2.Gpt2Family;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.model.CausalLanguageModel;
import io.tesserae.model.DecoderState;
import io.tesserae.model.EncoderConfig;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.episode.ActingState;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.EpisodeLosses;
import io.tesserae.model.episode.EpisodeOutput;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.episode.GeneralistShape;
import io.tesserae.model.episode.PhotoTextOutput;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * JAT: one decoder that reads episodes, texts and photos, and acts and writes. Gallouédec et al., "Jack of All Trades, Master of Some, a
 * Multi-Purpose Transformer Agent", arXiv 2402.09844; {@code JatModel} of {@code jat-project/jat}.
 *
 * <p>A step of an episode is two tokens, whatever its width: its observation and its action. What is done next is predicted at the
 * observation's token, what is observed next at the action's.
 */
final class Jat implements Generalist {

    private final Engine engine;
    private final JatConfig config;
    private final StepEmbeddings steps;
    private final JatDecoder words;
    private final GptNeoTransformer transformer;
    private final Predictions predictions;
    private final GenerationTokens tokens;
    private final TensorSource source;
    private volatile boolean closed; // most weights are in memory: it could answer after that, and must not

    private Jat(
            Engine engine,
            StepEmbeddings steps,
            JatDecoder words,
            Predictions predictions,
            GenerationTokens tokens,
            TensorSource source) {
        this.engine = engine;
        this.config = steps.config();
        this.steps = steps;
        this.words = words;
        this.transformer = words.transformer();
        this.predictions = predictions;
        this.tokens = tokens;
        this.source = source;
    }

    /** Loads the model. The source stays open as long as it lives: rows of words are read when they are wanted. */
    static Generalist load(Engine engine, ConfigSource source, TensorSource tensors) {
        return read(engine, source, tensors);
    }

    /** The same weights as what continues texts. */
    static CausalLanguageModel languageModel(Engine engine, ConfigSource source, TensorSource tensors) {
        Jat jat = read(engine, source, tensors);
        return new CausalLanguageModel(jat.words, jat.tokens, tensors);
    }

    /** The same weights as what writes about photos. */
    static ImageCaptioner captioner(Engine engine, ConfigSource source, TensorSource tensors) {
        Jat jat = read(engine, source, tensors);
        return ImageCaptioner.readingPicturesFirst(
                new PhotoPatches(engine, jat.config), jat.words::newState, jat.words, jat.tokens, tensors);
    }

    private static Jat read(Engine engine, ConfigSource source, TensorSource tensors) {
        JatConfig config = JatConfig.read(source);
        StateDict weights = StateDict.ofOpen(tensors, "");
        Predictions predictions = Predictions.load(engine, config, weights);
        StepEmbeddings steps = StepEmbeddings.load(engine, config, weights);
        JatDecoder words = JatDecoder.load(engine, config, steps.words(), predictions.words(), weights);
        weights.requireAllUsed(Jat::isIgnored);
        return new Jat(engine, steps, words, predictions, TokensOfConfig.read(source, Gpt2Family.END_OF_TEXT), tensors);
    }

    /** A decoder of discrete observations is stored, and computes nothing; masks may be, which old files hold as buffers. */
    static boolean isIgnored(String name) {
        return name.startsWith("multi_discrete_decoder.") || GptNeoTransformer.isMask(name);
    }

    @Override
    public EpisodeOutput forward(List<Episode> episodes, float[][] lossWeights, OutputOptions options) {
        requireOpen();
        Arguments.require(options, "options");
        EpisodeChecks.require(config, shape(), Arguments.requireAll(episodes, "episodes"));
        EpisodeChecks.requireWeights(episodes, Arguments.require(lossWeights, "lossWeights"));
        int[] stepStarts = new int[episodes.size() + 1];
        for (int e = 0; e < episodes.size(); e++) {
            stepStarts[e + 1] = Math.addExact(stepStarts[e], episodes.get(e).steps());
        }
        int[] starts = IntStream.of(stepStarts).map(step -> 2 * step).toArray();
        Recording recording = recording(options, starts);
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor x = interleave(frame, episodes); // [tokens, hidden]
            Tensor inputsEmbeds = x.copy();
            Tensor hiddenStates = transform(frame, x, starts, recording); // [tokens, hidden]
            Tensor atObservations = everyOther(frame, hiddenStates, 0); // [steps, hidden]
            Tensor atActions = everyOther(frame, hiddenStates, 1); // [steps, hidden]
            Predictions.OfActions actions = predictions.actions(
                    workspace, atObservations, episodes.getFirst().actions());
            Optional<Predictions.OfObservations> observations = predictions.observations(
                    workspace, atActions, episodes.getFirst().observations());
            EpisodeLosses losses = new JatLosses(config, episodes, lossWeights).of(actions, observations);
            return new EpisodeOutput(
                    starts,
                    inputsEmbeds,
                    NotFinite.warn("predicted actions", actions.predicted()),
                    observations.map(Predictions.OfObservations::predicted),
                    recording.allHiddenStates(),
                    recording.allAttentions(),
                    losses);
        }
    }

    private Tensor interleave(Frame frame, List<Episode> episodes) {
        int count = episodes.stream().mapToInt(Episode::steps).sum();
        int hidden = config.hiddenSize();
        Tensor x = frame.tensor(2 * count, hidden); // [tokens, hidden]
        try (Frame inside = frame.workspace().frame()) {
            Tensor observed = inside.tensor(count, hidden); // [steps, hidden]
            Tensor acted = inside.tensor(count, hidden); // [steps, hidden]
            steps.observe(
                    inside,
                    episodes.stream()
                            .map(e -> new StepEmbeddings.Seen(e.observations(), e.rewards()))
                            .toList(),
                    observed);
            steps.act(inside, episodes.stream().<Actions>map(Episode::actions).toList(), acted);
            for (int step = 0; step < count; step++) {
                System.arraycopy(observed.data(), step * hidden, x.data(), 2 * step * hidden, hidden);
                System.arraycopy(acted.data(), step * hidden, x.data(), (2 * step + 1) * hidden, hidden);
            }
        }
        return x;
    }

    private Tensor transform(Frame frame, Tensor x, int[] starts, Recording recording) {
        int[] positions = new int[starts[starts.length - 1]];
        for (int sequence = 0; sequence < starts.length - 1; sequence++) {
            for (int token = starts[sequence]; token < starts[sequence + 1]; token++) {
                positions[token] = token - starts[sequence];
            }
        }
        DecoderPass pass = DecoderPass.causal(starts, DecoderContext.NONE, recording);
        return transformer.forward(frame, x, positions, pass, Rows.ALL);
    }

    private static Tensor everyOther(Frame frame, Tensor x, int first) {
        int width = x.dimension(1);
        Tensor half = frame.tensor(x.dimension(0) / 2, width);
        for (int row = 0; row < half.dimension(0); row++) {
            System.arraycopy(x.data(), (2 * row + first) * width, half.data(), row * width, width);
        }
        return half;
    }

    @Override
    public PhotoTextOutput forward(PhotoTexts texts, OutputOptions options) {
        requireOpen();
        Arguments.require(options, "options");
        words.require(Arguments.require(texts, "texts"));
        int[] photoTokens = words.photoTokens(texts);
        int[] starts = new int[texts.texts() + 1];
        for (int text = 0; text < texts.texts(); text++) {
            starts[text + 1] = starts[text] + photoTokens[text] + texts.inputIds()[text].length;
        }
        Recording recording = recording(options, starts);
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor x = frame.tensor(starts[texts.texts()], config.hiddenSize()); // [tokens, hidden]
            words.embedPhotos(workspace, texts, starts, x);
            for (int text = 0; text < texts.texts(); text++) {
                steps.embedWords(texts.inputIds()[text], x, starts[text] + photoTokens[text]);
            }
            Tensor inputsEmbeds = x.copy();
            Tensor logits = predictions.words().forward(workspace, transform(frame, x, starts, recording));
            return new PhotoTextOutput(
                    starts,
                    photoTokens,
                    inputsEmbeds,
                    NotFinite.warn("logits", logits),
                    recording.allHiddenStates(),
                    recording.allAttentions(),
                    JatLosses.ofTexts(texts, starts, logits));
        }
    }

    private Recording recording(OutputOptions options, int[] starts) {
        return new Recording(options.hiddenStates(), options.attentions(), starts, config.numHeads());
    }

    @Override
    public ActingState newActors(int actors, OptionalInt contextTokens) {
        requireOpen();
        return new JatActors(
                engine, steps, transformer, predictions, shape(), new JatActors.Extent(actors, contextTokens));
    }

    @Override
    public DecoderState newState(PhotoTexts texts) {
        requireOpen();
        return words.newState(Arguments.require(texts, "texts"));
    }

    @Override
    public GeneralistShape shape() {
        return config.shape(steps.frames().isPresent());
    }

    @Override
    public GenerationTokens tokens() {
        return tokens;
    }

    @Override
    public EncoderConfig config() {
        return config;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "the model is closed; load it again, or close it when the last call is over");
        }
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return words.toString();
    }

    @Override
    public void close() {
        closed = true;
        source.close();
    }
}
