package io.tesserae.scenes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes scenes as PNG files, each called by its sentence: {@code 4-a-small-red-circle-….png}.
 */
public final class ScenePictures {

    private ScenePictures() {}

    /** Arguments: the folder, made if it is not there; how many scenes; of which seed, by default 3; the first one's number, by default 0. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2 || arguments.length > 4) {
            System.err.println(
                    "ScenePictures: expected FOLDER SCENES [SEED [FIRST]], found " + arguments.length + " arguments");
            System.exit(2);
        }
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : EvaluateCaptioner.HELD_OUT;
        long first = arguments.length > 3 ? Long.parseLong(arguments[3]) : 0;
        for (long number = first; number < first + Long.parseLong(arguments[1]); number++) {
            Scene scene = Scene.draw(seed, number);
            String name = number + "-" + scene.sentence().text().replace(' ', '-') + ".png";
            PngFile.write(scene, folder.resolve(name));
        }
    }
}
