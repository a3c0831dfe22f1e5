// `npm run build`: a fresh dist from src.
import { build, installDependencies } from "./set-up.mjs";

installDependencies();
build();
