package io.tesserae.examples.generalist.learning;

import io.tesserae.examples.generalist.DrawnScene;
import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.Episode;
import io.tesserae.examples.generalist.ModelPlay;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import io.tesserae.pipelines.generation.GeneratedText;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.PromptedImage;
import io.tesserae.pipelines.task.ImageInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** Says how good a generalist is: the table of its card. No seed that it measures with was learned from. */
public final class EvaluateGeneralist {

    private static final int TOGETHER = 50;

    private EvaluateGeneralist() {}

    /** Arguments: the folder of the checkpoint, and how many episodes and pictures if not 100. */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        System.out.println("| task | model | expert | random | of the way from random to expert |");
        System.out.println("|---|---|---|---|---|");
        try (AgentPipeline pipeline = Pipelines.agent(folder)) {
            for (String name : Environments.names()) {
                System.out.println(row(pipeline, name, count));
            }
        }
        try (ImageToTextPipeline pipeline = Pipelines.imageToText(folder)) {
            System.out.println(captions(pipeline, count));
            System.out.println(questions(pipeline, count));
        }
    }

    private static String row(AgentPipeline pipeline, String name, int episodes) {
        long[] seeds = LongStream.range(0, episodes)
                .map(i -> Lessons.FIRST_UNSEEN_SEED + i)
                .toArray();
        double[] model = play(pipeline, name, episodes);
        Environment environment = Environments.named(name);
        double expert = mean(Arrays.stream(seeds)
                .mapToDouble(seed -> Episode.ofExpert(environment, seed).totalReward())
                .toArray());
        double random = mean(Arrays.stream(seeds)
                .mapToDouble(seed -> Episode.ofRandom(environment, seed).totalReward())
                .toArray());
        return String.format(
                Locale.ROOT,
                "| %s, mean return of %d episodes | %.3g ± %.2g | %.3g | %.3g | %.1f %% |",
                name,
                episodes,
                mean(model),
                deviation(model),
                expert,
                random,
                100 * (mean(model) - random) / (expert - random));
    }

    /** The returns of episodes that the likeliest actions make. */
    private static double[] play(AgentPipeline pipeline, String name, int episodes) {
        ModelPlay play = new ModelPlay(pipeline, name, AgentOptions.DEFAULT.withDeterministic(true));
        List<Episode> played = new ArrayList<>();
        while (played.size() < episodes) {
            int count = Math.min(TOGETHER, episodes - played.size());
            played.addAll(play.play(Lessons.FIRST_UNSEEN_SEED + played.size(), count, ModelPlay.Spectator.NONE));
        }
        return played.stream().mapToDouble(Episode::totalReward).toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
    }

    private static ImageInput image(DrawnScene scene) {
        return ImageInput.of(new RgbImage(scene.side(), scene.side(), scene.pixels()));
    }

    private static String captions(ImageToTextPipeline pipeline, int count) {
        int right = 0;
        int facts = 0;
        for (int i = 0; i < count; i++) {
            DrawnScene scene = DrawnScene.of(Lessons.FIRST_UNSEEN_SEED + i);
            DrawnScene.Score score = scene.score(pipeline.caption(image(scene)).text());
            right += score.right();
            facts += score.facts();
        }
        return String.format(
                Locale.ROOT, "| facts of %d captions | %.1f %% right | 100 %% | | |", count, 100.0 * right / facts);
    }

    private static String questions(ImageToTextPipeline pipeline, int count) {
        int right = 0;
        int asked = 0;
        ImageToTextOptions answerAlone = ImageToTextOptions.DEFAULT.withFullText(false);
        for (int i = 0; i < count; i++) {
            DrawnScene scene = DrawnScene.of(Lessons.FIRST_UNSEEN_SEED + i);
            for (DrawnScene.Question question : scene.questions()) {
                List<GeneratedText> answer =
                        pipeline.caption(PromptedImage.of(image(scene), question.question()), answerAlone);
                right += answer.getFirst().text().strip().equals(question.answer()) ? 1 : 0;
                asked++;
            }
        }
        return String.format(
                Locale.ROOT, "| answers to %d questions | %.1f %% right | 100 %% | | |", asked, 100.0 * right / asked);
    }
}
