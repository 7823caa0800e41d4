package io.tesserae.training.task;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.Head;
import io.tesserae.family.jat.JatConfig;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.TextEncoder;
import io.tesserae.training.data.episode.Demonstration;
import io.tesserae.training.data.episode.EpisodeReader;
import io.tesserae.training.data.episode.LearnedBatch;
import io.tesserae.training.data.episode.PhotoText;
import io.tesserae.training.data.episode.SourceMix;
import io.tesserae.training.data.episode.SourceScores;
import io.tesserae.training.data.episode.TrainingSource;
import io.tesserae.training.data.image.CaptionTokens;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ConfigChanges;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One network that learns to act in several environments and to write of photos at once: Reed et al., arXiv 2205.06175; Gallouédec et al.,
 * arXiv 2402.09844. Batches mix the sources; an episode's window begins at a place that is drawn anew in each epoch.
 */
public final class GeneralistTask implements TrainingTask {

    private final TrainedNetwork<Network.OfEpisodes> trained;
    private final SourceMix train;
    private final List<TrainingSource> eval;
    private final Options options;

    private GeneralistTask(
            TrainedNetwork<Network.OfEpisodes> trained, SourceMix train, List<TrainingSource> eval, Options options) {
        this.trained = trained;
        this.train = train;
        this.eval = eval;
        this.options = options;
    }

    /**
     * How it learns.
     *
     * @param contextSteps the most steps of a window of an episode, 1 or more; each is two tokens
     * @param examplesPerEpoch how many windows and texts an epoch has, mixed by the sources' shares; 0 for as many as there are
     */
    public record Options(int contextSteps, int examplesPerEpoch) {

        /** Checks the ranges. */
        public Options {
            if (contextSteps < 1 || examplesPerEpoch < 0) {
                throw new IllegalArgumentException("expected windows of 1 step or more, and 0 examples per epoch or"
                        + " more, found " + contextSteps + " and " + examplesPerEpoch);
            }
        }
    }

    /**
     * Reads the model, and looks through the examples.
     *
     * @param source a JAT checkpoint; or a config.json from which one begins anew, with a checkpoint's tokenizer
     * @param train one source or more, of different names
     * @param eval may be none; the same names where they are of the same kind
     * @throws TrainingException if the model cannot be trained so, or cannot read an example
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static GeneralistTask open(
            NetworkSource source,
            NetworkOptions networkOptions,
            List<? extends TrainingSource> train,
            List<? extends TrainingSource> eval,
            Options options) {
        if (Arguments.requireAll(train, "train").isEmpty()) {
            throw new IllegalArgumentException("train: expected one source or more, found none");
        }
        TrainedNetwork<Network.OfEpisodes> trained =
                source.open(Head.GENERALIST, Network.OfEpisodes.class, ConfigChanges.NONE, networkOptions);
        requireNames(train);
        requireNames(Arguments.requireAll(eval, "eval"));
        train.forEach(some -> require(trained.network(), options.contextSteps(), some));
        eval.forEach(some -> require(trained.network(), options.contextSteps(), some));
        SourceMix mix = new SourceMix(
                List.copyOf(train), options.examplesPerEpoch(), options.contextSteps(), networkOptions.seed());
        return new GeneralistTask(trained, mix, List.copyOf(eval), options);
    }

    /**
     * Reads model and examples from files of JSON lines, as {@link EpisodeReader} tells of them.
     *
     * @param eval empty to evaluate with nothing
     * @throws TrainingException if a line is no good, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static GeneralistTask open(
            NetworkSource source, NetworkOptions networkOptions, Path train, Optional<Path> eval, Options options) {
        PretrainedConfig config = source.config();
        JatConfig sizes = JatConfig.read(config);
        int photo = sizes.imageSize() / sizes.patchSize();
        int last = sizes.vocabSize() - 1;
        EpisodeReader reader = new EpisodeReader(
                new TextEncoder(source.tokenizer(), sizes.maxPositionEmbeddings() - photo * photo),
                ImagePreparation.of(source.files()).reader(),
                CaptionTokens.between(
                        config.optionalInt("bos_token_id", last, 0, last),
                        config.optionalInt("eos_token_id", last, 0, last)));
        return open(
                source,
                networkOptions,
                reader.read(train, options.contextSteps()),
                eval.map(file -> reader.read(file, options.contextSteps())).orElse(List.of()),
                options);
    }

    private static void requireNames(List<? extends TrainingSource> sources) {
        List<String> names = sources.stream().map(TrainingSource::name).toList();
        if (names.stream().distinct().count() != names.size()) {
            throw new TrainingException("sources: expected different names, found " + String.join(", ", names));
        }
    }

    /** What a network cannot read is found before anything is trained. */
    private static void require(Network.OfEpisodes network, int contextSteps, TrainingSource source) {
        try {
            switch (source) {
                case TrainingSource.Episodes episodes -> {
                    for (int e = 0; e < episodes.episodes().size(); e++) {
                        Demonstration whole = episodes.episodes().get(e);
                        String where = "episode " + (e + 1) + ": ";
                        for (int from = 0; from < whole.steps(); from += contextSteps) {
                            int to = Math.min(whole.steps(), from + contextSteps);
                            Demonstration window = whole.window(from, to);
                            network.require(where, window.episode());
                            network.requireActions(where + "labels: ", window.labels());
                        }
                    }
                }
                case TrainingSource.Texts texts -> {
                    for (int i = 0; i < texts.texts().size(); i++) {
                        PhotoText text = texts.texts().get(i);
                        network.require(
                                "text " + (i + 1) + ": ",
                                new PhotoTexts(
                                        text.pixels().map(photo -> ImageBatch.of(List.of(photo))),
                                        new int[][] {text.inputIds()}));
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw new TrainingException("source " + source.name() + ", " + e.getMessage(), e);
        }
    }

    @Override
    public String description() {
        return "acting and writing of " + trained.config().modelType() + ", "
                + train.sources().size() + " sources, " + train.size() + " examples";
    }

    @Override
    public List<Parameter> parameters() {
        return trained.parameters().all();
    }

    @Override
    public List<String> notices() {
        return trained.notices();
    }

    @Override
    public int trainExamples() {
        return train.size();
    }

    @Override
    public int evalExamples() {
        return eval.stream()
                .mapToInt(source -> source.size(options.contextSteps()))
                .sum();
    }

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        LearnedBatch batch = LearnedBatch.of(train, examples, epoch, trained.network());
        return batch.loss(tape, batch.scores(tape, trained.network()));
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        return SourceScores.of(setting, trained.network(), eval, options.contextSteps(), batchSize);
    }

    @Override
    public String origin(int example) {
        return "source " + train.source(example).name();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return trained.model(weights);
    }

    @Override
    public void close() {}
}
