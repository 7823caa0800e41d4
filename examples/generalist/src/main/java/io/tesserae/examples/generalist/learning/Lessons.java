package io.tesserae.examples.generalist.learning;

import io.tesserae.examples.generalist.DrawnScene;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.Episode;
import io.tesserae.examples.generalist.ModelPlay;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.episode.EpisodeProcessor;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Observations;
import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import io.tesserae.pipelines.agent.Observation;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.episode.Demonstration;
import io.tesserae.training.data.episode.PhotoText;
import io.tesserae.training.data.episode.TrainingSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What there is to learn from: experts' episodes, and pictures with their captions, questions and answers. Every seed gives the same. */
final class Lessons {

    /** The seeds from here on are not learned from: they measure. */
    static final long FIRST_UNSEEN_SEED = 1_000_000;

    /** So many episodes are played at once. */
    private static final int TOGETHER = 64;

    private final Tokenizer tokenizer;
    private final EpisodeProcessor observations;
    private final ImageProcessor photos;

    /** For the checkpoint of a folder, which has its tokenizer already. */
    Lessons(Path folder) {
        this.tokenizer = AutoTokenizer.fromPretrained(folder);
        this.observations = new EpisodeProcessor(Optional.of(tokenizer), Optional.empty());
        this.photos = AutoImageProcessor.fromPretrained(folder);
    }

    /**
     * What an environment's expert does.
     *
     * @param share how many of the examples are of it
     * @param noise how often something else is done than the expert would, so that it shows the way back: see {@link Episode#ofExpert}
     */
    TrainingSource environment(
            String name, double share, float lossWeight, long firstSeed, int episodes, double noise) {
        return new TrainingSource.Episodes(name, share, lossWeight, ofExpert(name, firstSeed, episodes, noise));
    }

    private List<Demonstration> ofExpert(String name, long firstSeed, int episodes, double noise) {
        var environment = Environments.named(name);
        List<Demonstration> demonstrations = new ArrayList<>();
        for (int i = 0; i < episodes; i++) {
            // Half of the episodes are steadier: so the model sees the expert's own ways too.
            double noiseOfThis = i % 2 == 0 ? noise : noise / 4;
            demonstrations.add(demonstration(Episode.ofExpert(environment, firstSeed + i, noiseOfThis)));
        }
        return demonstrations;
    }

    /**
     * Half of it as {@link #environment} says; the other half is what a model does, and what the expert would have done there.
     *
     * @param pipeline the model
     * @param firstSeed of the expert's; the model's are behind them
     */
    TrainingSource corrected(
            AgentPipeline pipeline,
            String name,
            double share,
            float lossWeight,
            long firstSeed,
            int episodes,
            double noise) {
        List<Demonstration> demonstrations = ofExpert(name, firstSeed, episodes / 2, noise);
        ModelPlay play = new ModelPlay(pipeline, name, AgentOptions.DEFAULT);
        while (demonstrations.size() < episodes) {
            int count = Math.min(TOGETHER, episodes - demonstrations.size());
            for (Episode episode : play.corrected(firstSeed + demonstrations.size(), count)) {
                demonstrations.add(demonstration(episode));
            }
        }
        return new TrainingSource.Episodes(name, share, lossWeight, demonstrations);
    }

    private Demonstration demonstration(Episode episode) {
        return new Demonstration(
                new io.tesserae.model.episode.Episode(
                        observed(episode.observations()), acted(episode.actions()), episode.rewards()),
                acted(episode.labels()));
    }

    private Observations observed(List<Observation> steps) {
        if (steps.getFirst() instanceof Observation.Discrete) {
            List<int[]> rows = new ArrayList<>();
            for (Observation step : steps) {
                Observation.Discrete whole = (Observation.Discrete) step;
                rows.add(observations.withText(whole.values(), whole.text().orElseThrow()));
            }
            return new Observations.Discrete(rows);
        }
        List<float[]> rows = new ArrayList<>();
        for (Observation step : steps) {
            rows.add(((Observation.Continuous) step).values());
        }
        return new Observations.Continuous(matrix(rows));
    }

    private static Actions acted(List<Action> steps) {
        if (steps.getFirst() instanceof Action.Discrete) {
            return new Actions.Discrete(steps.stream()
                    .mapToInt(step -> ((Action.Discrete) step).index())
                    .toArray());
        }
        return new Actions.Continuous(matrix(
                steps.stream().map(step -> ((Action.Continuous) step).values()).toList()));
    }

    private static Tensor matrix(List<float[]> rows) {
        int width = rows.getFirst().length;
        Tensor matrix = Tensor.zeros(rows.size(), width);
        for (int row = 0; row < rows.size(); row++) {
            System.arraycopy(rows.get(row), 0, matrix.data(), row * width, width);
        }
        return matrix;
    }

    /** Pictures, each with its caption. They are drawn when they are asked for. */
    TrainingSource captions(double share, float lossWeight, long firstSeed, int scenes) {
        return new TrainingSource.Texts("captions", share, lossWeight, new Dataset<>() {
            @Override
            public int size() {
                return scenes;
            }

            @Override
            public PhotoText get(int index) {
                DrawnScene scene = DrawnScene.of(firstSeed + index);
                return photoText(scene, "", scene.caption());
            }
        });
    }

    /** Pictures, each with one of its questions and the answer, which alone is learned. */
    TrainingSource questions(double share, float lossWeight, long firstSeed, int scenes) {
        return new TrainingSource.Texts("questions", share, lossWeight, new Dataset<>() {
            @Override
            public int size() {
                return scenes;
            }

            @Override
            public PhotoText get(int index) {
                DrawnScene scene = DrawnScene.of(firstSeed + index);
                List<DrawnScene.Question> questions = scene.questions();
                DrawnScene.Question question = questions.get(index * 31 % questions.size());
                return photoText(scene, question.question(), " " + question.answer());
            }
        });
    }

    /** What is given, or {@code <|endoftext|>} where nothing is; what is learned; and {@code <|endoftext|>}. */
    private PhotoText photoText(DrawnScene scene, String given, String learned) {
        Tensor pixels = photos.process(new RgbImage(scene.side(), scene.side(), scene.pixels()));
        int end = tokenizer.eosTokenId();
        int[] before =
                given.isEmpty() ? new int[] {end} : tokenizer.encode(given).inputIds();
        int[] behind = tokenizer.encode(learned).inputIds();
        int[] ids = Arrays.copyOf(before, before.length + behind.length + 1);
        System.arraycopy(behind, 0, ids, before.length, behind.length);
        ids[ids.length - 1] = end;
        return new PhotoText(Optional.of(pixels), ids, before.length);
    }
}
