package io.tesserae.training.task;

import io.tesserae.family.Head;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.data.image.LabelledImageReader;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.loss.CrossEntropy;
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
 * Classifies pictures: one label of several. Transformers' {@code run_image_classification.py} does the same.
 *
 * <p>Where all below the head is {@linkplain NetworkOptions#frozen() frozen}, nothing of it is recorded, and no gradient computed there.
 * If, besides, pictures are not augmented and nothing is left out by chance, what the head reads of a picture is computed once and
 * remembered: all epochs but the first take next to no time, and the trained head has the same bits. So whoever changes frozen parameters
 * by hand has to do it before anything is computed.
 */
public final class ImageClassificationTask implements TrainingTask {

    private final TrainedNetwork<Network.OfClassifiedPictures> trained;
    private final LabelledPictures train;
    private final Optional<LabelledPictures> eval;
    private final Optional<Long> augmentationSeed;
    private final Optional<RememberedFeatures> trainFeatures;
    private final Optional<RememberedFeatures> evalFeatures;
    private final CrossEntropy crossEntropy;

    private ImageClassificationTask(
            TrainedNetwork<Network.OfClassifiedPictures> trained,
            LabelledPictures train,
            Optional<LabelledPictures> eval,
            Optional<Long> augmentationSeed,
            long mostRemembered,
            CrossEntropy crossEntropy) {
        this.trained = trained;
        this.train = train;
        this.eval = eval;
        this.augmentationSeed = augmentationSeed;
        this.trainFeatures =
                augmentationSeed.isPresent() ? Optional.empty() : RememberedFeatures.of(trained, train, mostRemembered);
        this.evalFeatures = eval.flatMap(pictures -> RememberedFeatures.of(trained, pictures, mostRemembered));
        this.crossEntropy = crossEntropy;
    }

    /**
     * How labels are learned.
     *
     * @param labelSmoothing from 0 to below 1
     * @param newHead whether the head begins anew, with the labels of the data, even where the checkpoint has one; transformers'
     *     {@code --ignore_mismatched_sizes}
     */
    public record Options(double labelSmoothing, boolean newHead) {

        /** Without smoothing, the checkpoint's head if it has one. */
        public static final Options DEFAULTS = new Options(0, false);

        /** A new head, without smoothing. */
        public static final Options NEW_HEAD = new Options(0, true);
    }

    /**
     * Reads the model, and looks at what pictures there are. Where the checkpoint has a classifier already, its labels stay, and the data
     * may have no others, unless a new head is wanted.
     *
     * @throws TrainingException if a folder is no good, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static ImageClassificationTask open(
            NetworkSource source, NetworkOptions networkOptions, ImageData data, Options options) {
        return open(source, networkOptions, data, options, RememberedFeatures.MOST_VALUES);
    }

    /** @param mostRemembered how many features of the pictures of a folder are kept at most, where they stay the same */
    static ImageClassificationTask open(
            NetworkSource source, NetworkOptions networkOptions, ImageData data, Options options, long mostRemembered) {
        LabelledImageReader reader = LabelledImageReader.of(data.train());
        LabelSet labels = labels(source, reader, options.newHead());
        TrainedNetwork<Network.OfClassifiedPictures> trained = source.open(
                new NetworkSource.Wanted<>(
                        Head.IMAGE_CLASSIFICATION,
                        Network.OfClassifiedPictures.class,
                        Head.IMAGE_CLASSIFICATION.suffix(),
                        options.newHead()),
                ConfigChanges.NONE.withLabels(labels.names()),
                networkOptions);
        ImagePreparation preparation = ImagePreparation.of(source.files());
        return new ImageClassificationTask(
                trained,
                LabelledPictures.of(reader, labels, preparation),
                data.eval().map(folder -> LabelledPictures.of(LabelledImageReader.of(folder), labels, preparation)),
                data.augment() ? Optional.of(networkOptions.seed()) : Optional.empty(),
                mostRemembered,
                new CrossEntropy((float) options.labelSmoothing(), Optional.empty()));
    }

    /** Reads model and pictures; these are augmented for training. */
    public static ImageClassificationTask open(Path checkpoint, Path train, Path eval) {
        return open(
                NetworkSource.pretrained(checkpoint),
                NetworkOptions.DEFAULTS,
                ImageData.of(train, eval),
                Options.DEFAULTS);
    }

    private static LabelSet labels(NetworkSource source, LabelledImageReader reader, boolean newHead) {
        if (newHead || !source.hasLabels(Head.IMAGE_CLASSIFICATION)) {
            return reader.labels();
        }
        source.config().architectures().stream()
                .filter(name -> source.fromScratch().isEmpty() && name.endsWith(DistilledImageTask.SUFFIX))
                .findFirst()
                .ifPresent(name -> {
                    throw new TrainingException(source.where() + ": architectures: expected a classifier of one head,"
                            + " found " + name + ", which learns from a teacher; train it with distillation, or with"
                            + " --new-head");
                });
        LabelSet known = LabelSet.of(source.config().labels());
        LabelledPictures.requireKnown(reader, known);
        return known;
    }

    @Override
    public String description() {
        return "image-classification of " + trained.config().modelType() + ", " + train.size() + " examples";
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
        return eval.map(LabelledPictures::size).orElse(0);
    }

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        Variable logits = trainFeatures
                .map(features -> features.logits(tape, examples))
                .orElseGet(() -> logits(tape, trainingBatch(examples, epoch)));
        return crossEntropy.of(tape, logits, train.labels(examples));
    }

    private ImageBatch trainingBatch(int[] examples, long epoch) {
        return augmentationSeed
                .map(seed -> train.augmented(examples, new ImagePreparation.Draws(seed, epoch)))
                .orElseGet(() -> train.plain(examples));
    }

    /** The scores, {@code [pictures, labels]}. */
    Variable logits(Tape tape, ImageBatch batch) {
        return PictureScores.of(trained, () -> trained.network().logits(tape, batch));
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        LabelledPictures asked = eval.orElseThrow();
        return PictureScores.evaluate(
                asked,
                batchSize,
                setting,
                crossEntropy,
                (tape, examples) -> evalFeatures
                        .map(features -> features.logits(tape, examples))
                        .orElseGet(() -> logits(tape, asked.plain(examples))));
    }

    @Override
    public String origin(int example) {
        return train.file(example).toString();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return trained.model(weights);
    }

    @Override
    public void close() {}
}
